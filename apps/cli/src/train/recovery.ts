import { join } from 'node:path';
import { BackendError, type Engine, fastestOf, openEngine, probeBackends } from '@softreg/backend';
import type { LostEvent, TrainOptions } from '@softreg/trainer';
import { lossText, placeAfter } from './loss-text.js';
import type { ReceiptEngine } from './receipt.js';
import { CHECKPOINT_FILE } from './run-folder.js';

/** What becomes of a run whose backend is lost. */
export interface Recovery {
  /** Those that the run has computed on, the one in use last. */
  readonly engines: readonly ReceiptEngine[];
  /** Undefined where the user has named a backend: then the run goes on with no other. */
  readonly reopen: TrainOptions['reopen'];
  /** To be told of each loss before another engine is asked for. */
  noteLoss(event: LostEvent): void;
}

export interface RecoveryOptions {
  /** Whether any backend will do. */
  readonly isAuto: boolean;
  readonly threads: number | undefined;
  /** In an epoch. */
  readonly minibatches: number;
  readonly notice: (text: string) => void;
}

export function createRecovery(first: Engine, options: RecoveryOptions): Recovery {
  const { isAuto, threads, minibatches, notice } = options;
  const engines: ReceiptEngine[] = [first];
  const leftOut = new Set<string>();
  let lost: LostEvent[] = [];

  const reopen = async (error: BackendError): Promise<Engine> => {
    const engine = await openFastest(threads, leftOut);
    if (engine === undefined) throw error;
    if (engines.at(-1)?.backend !== engine.backend) engines.push(engine);
    for (const event of lost.slice(-1)) {
      const from = placeAfter(event.state.iterations, minibatches);
      notice(`${lossText(event)}; going on with ${engine.backend} from ${from}`);
    }
    return engine;
  };

  return {
    engines,
    reopen: isAuto ? reopen : undefined,
    noteLoss(event) {
      lost = lost.filter(({ state }) => state.iterations === event.state.iterations);
      // One that is lost twice in the same place would be lost there for ever.
      if (lost.some(({ backend }) => backend === event.backend)) leftOut.add(event.backend);
      lost.push(event);
    },
  };
}

/** As `auto` does, without some of the backends; undefined if no other works. */
async function openFastest(
  threads: number | undefined,
  leftOut: ReadonlySet<string>,
): Promise<Engine | undefined> {
  const reports = await probeBackends({ threads });
  const fastest = fastestOf(reports.filter(({ backend }) => !leftOut.has(backend)));
  return fastest && openEngine(fastest, { threads });
}

/** The error that a run ends with whose backend is lost for good: in place of one that knows nothing of the run. */
export function lossOfRun(error: BackendError, event: LostEvent, folder: string): BackendError {
  const { code, reason } = error;
  const saved = join(folder, CHECKPOINT_FILE);
  return new BackendError(code, `${lossText({ ...event, reason })}; saved ${saved}`, {
    cause: error,
    fix: `go on with: softreg train --resume ${folder} (and --backend auto, for another backend)`,
  });
}

export function isLoss(error: unknown): error is BackendError {
  return BackendError.isInstance(error) && error.code === 'BACKEND_LOST';
}
