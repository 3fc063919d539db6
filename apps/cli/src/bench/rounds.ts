import { openEngine } from '@softreg/backend';
import { type Unavailable, unavailableBy } from '../unavailable.js';
import { type Candidate, nameOf, type Plan } from './plan.js';
import type { Problem } from './problem.js';
import { type Turn, takeTurn } from './take-turn.js';

export interface Measured {
  readonly candidate: Candidate;
  /** One a round. */
  readonly turns: readonly Turn[];
}

export interface Rounds {
  readonly measured: readonly Measured[];
  readonly failures: readonly Unavailable[];
}

/**
 * Measures the candidates in turn, round by round, so that whatever else the machine does hits all alike. Each turn has an engine of
 * its own: only the data of one is held at a time.
 *
 * @throws BackendError if one that was named is unavailable, or is lost
 */
export async function measureInRounds(
  candidates: readonly Candidate[],
  problem: Problem,
  { rounds, seconds }: Plan,
  onTurn: (round: number, candidate: Candidate, turn: Turn) => void,
): Promise<Rounds> {
  const turnsOf = new Map(candidates.map((candidate) => [candidate, [] as Turn[]]));
  const failures: Unavailable[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [candidate, turns] of turnsOf) {
      try {
        const turn = await measure(candidate, problem, seconds, turns[0]?.unit);
        turns.push(turn);
        onTurn(round, candidate, turn);
      } catch (error) {
        if (candidate.isNamed) throw error;
        turnsOf.delete(candidate);
        failures.push(unavailableBy(error, nameOf(candidate)));
      }
    }
  }
  return {
    measured: Array.from(turnsOf, ([candidate, turns]) => ({ candidate, turns })),
    failures,
  };
}

async function measure(
  { backend, threads }: Candidate,
  problem: Problem,
  seconds: number,
  unit: Turn['unit'] | undefined,
): Promise<Turn> {
  const engine = await openEngine(backend, { threads });
  try {
    return await takeTurn(engine, problem, seconds, unit);
  } finally {
    engine.close();
  }
}
