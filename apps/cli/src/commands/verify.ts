import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Engine } from '@softreg/backend';
import { type TrainingEvent, train } from '@softreg/trainer';
import { type BackendFlags, openBackend } from '../backend.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, printLine } from '../io.js';
import { dataOf, type SplitFlags, type SplitSets, splitSetsOf } from '../split-sets.js';
import { createProgress } from '../train/progress.js';
import { type Receipt, readReceipt } from '../train/receipt.js';
import { checkSameData } from '../train/same-data.js';
import { type Difference, differenceAtEnd, differenceAtEpoch } from '../verify/difference.js';
import { modelDifference } from '../verify/model-difference.js';

export interface VerifyFlags extends SplitFlags, BackendFlags {}

/** `softreg verify RUN`: trains again, and compares. */
export async function verifyCommand(path: string, flags: VerifyFlags, io: Io): Promise<ExitCode> {
  const folder = (await isFolder(path)) ? path : dirname(path);
  const receipt = await readReceipt(folder);
  const inFile = await modelDifference(folder, receipt.end);
  if (inFile) return tell(inFile, receipt, flags, io);
  const { config } = receipt;
  const engine = await openBackend({ ...flags, backend: flags.backend ?? config.backend });
  try {
    noticeOtherEngine(engine, receipt, flags, io);
    const dataset = flags.dataset ?? config.entry ?? config.dataset;
    const sets = await splitSetsOf({ ...flags, dataset, stream: config.stream === true }, io);
    try {
      checkSameData(config, sets, 'the run');
      const outcome = await trainAgain(engine, sets, receipt, flags, io);
      if (outcome !== 'interrupted') return tell(outcome, receipt, flags, io);
      if (!flags.quiet) printLine(io.stderr, 'interrupted: the same until then');
      return EXIT.interrupted;
    } finally {
      await sets.close();
    }
  } finally {
    engine.close();
  }
}

/** @returns where it first differs; undefined if nowhere */
async function trainAgain(
  engine: Engine,
  sets: SplitSets,
  receipt: Receipt,
  flags: VerifyFlags,
  io: Io,
): Promise<Difference | 'interrupted' | undefined> {
  const { config, end } = receipt;
  const interrupt = io.handleInterrupts();
  const atEnd = new AbortController();
  const events = train({
    engine,
    data: {
      train: dataOf(sets.train, config.pixelScale),
      validation: dataOf(sets.validation, config.pixelScale),
      test: dataOf(sets.test, config.pixelScale),
    },
    settings: config.settings,
    signal: AbortSignal.any([interrupt, atEnd.signal]),
  });
  const progress = await createProgress(io.stderr, !flags.quiet);
  const done = { iterations: 0, validations: 0 };
  // Where that run was interrupted this one is over, too.
  const stopWhereItWas = () => {
    const { iterations, validations } = done;
    if (end.reason !== 'aborted' || iterations !== end.iterations) return;
    if (validations === end.validations) atEnd.abort();
  };
  stopWhereItWas();
  try {
    for await (const event of events) {
      progress.event(event);
      if (event.type === 'minibatch') done.iterations += 1;
      if (event.type === 'validation') done.validations += 1;
      stopWhereItWas();
      if (event.type === 'stop' && interrupt.aborted) return 'interrupted';
      const difference = differenceOf(event, receipt);
      if (difference) return difference;
    }
    return undefined;
  } finally {
    await progress.close();
  }
}

function differenceOf(event: TrainingEvent, receipt: Receipt): Difference | undefined {
  if (event.type === 'epoch') return differenceAtEpoch(event, receipt);
  if (event.type === 'stop') return differenceAtEnd(event, receipt);
  return undefined;
}

function tell(
  difference: Difference | undefined,
  { epochs, end }: Receipt,
  { json }: VerifyFlags,
  { stdout }: Io,
): ExitCode {
  const { iterations, parameters, best } = end;
  if (json) {
    const { epoch = null, where = null, expected = null, found = null } = difference ?? {};
    const differs = difference && { epoch, where, expected, found };
    const same = difference === undefined;
    const event = { event: 'verification', same, epochs: epochs.length, iterations };
    printLine(stdout, JSON.stringify({ ...event, parameters, best, ...differs }));
  } else if (difference) {
    const { where, expected, found } = difference;
    printLine(stdout, `${where}: expected ${expected} as in the run, found ${found}`);
  } else {
    printLine(stdout, `the same in ${epochs.length} epochs and at the end, to the bit`);
    printLine(stdout, `last parameters, after ${iterations} minibatches: SHA-256 ${parameters}`);
    if (best !== null) printLine(stdout, `best parameters, as saved: SHA-256 ${best}`);
  }
  return difference ? EXIT.badData : EXIT.done;
}

function noticeOtherEngine(
  { backend, description, device }: Engine,
  { engines }: Receipt,
  { quiet }: VerifyFlags,
  { stderr }: Io,
): void {
  const isSame = engines.every(
    (engine) => engine.description === description && engine.device === device,
  );
  if (isSame || quiet) return;
  const before = engines.map((engine) => `${engine.backend} (${engine.description})`).join(', ');
  printLine(
    stderr,
    `the run computed on ${before}, and this is ${backend} (${description}): rounding may differ`,
  );
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => true,
  );
}
