import * as Comlink from 'comlink';
import { type Problem, problemOf } from './problem.js';

interface Crossing {
  readonly problem: Problem;
  readonly stack: string | undefined;
}

/** Makes what one side throws arrive with all of its parts on the other: Comlink keeps no more than the message. Both sides call it. */
export function carryProblems(): void {
  const known = Comlink.transferHandlers.get('throw');
  if (known === undefined) throw new Error('Comlink carries no errors any more');
  const handler: Comlink.TransferHandler<{ readonly value: unknown }, Crossing> = {
    canHandle: (value): value is { readonly value: unknown } => known.canHandle(value),
    serialize({ value }) {
      const stack = value instanceof Error ? value.stack : undefined;
      return [{ problem: problemOf(value), stack }, []];
    },
    deserialize({ problem, stack }) {
      throw Object.assign(new Error(problem.message), { ...problem, stack });
    },
  };
  Comlink.transferHandlers.set('throw', handler);
}
