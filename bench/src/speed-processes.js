import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figures } from './markdown-table.js';
import { median, spreadOf } from './numbers.js';
import { runChild } from './speed-child.js';
import { pythonRun } from './speed-python.js';
import { inRounds, notRun, ratioInRounds } from './speed-rounds.js';
import { nameOf, threadsOf } from './speed-rows.js';

const SOFTREG = fileURLToPath(new URL('../../apps/cli/bin/softreg.js', import.meta.url));
const HOOK = new URL('speed-peak-memory.js', import.meta.url).href;

/** Whole processes: read MNIST, train, save. */
export async function measureProcesses({ rounds, engine, cores, folder, maxSeconds, golden }) {
  const ours = threadsOf(engine, cores).map((threads) => ({
    name: nameOf(`softreg-${engine}`, threads),
    title: `\`softreg train --backend ${engine}\``,
    threads,
    isOurs: true,
    run: () => inFolder((out) => softreg({ out, engine, threads, folder, maxSeconds })),
  }));
  const theirs = (cores === 1 ? [1] : [1, cores]).map((threads) => ({
    name: nameOf('numpy', threads),
    title: '`with_numpy.py`',
    threads,
    run: () => inFolder((out) => numpy({ out, threads, folder, maxSeconds })),
  }));
  const measured = await inRounds(
    rounds,
    [...ours, ...theirs],
    ({ wallMs }) => `${figures(wallMs / 1000)} s`,
  );
  const rows = measured.map((state) => summarize(state, golden));
  const references = rows.filter(({ works, isOurs }) => works && isOurs);
  return {
    references: references.map(({ name }) => name),
    rows: rows.map((row) => (row.works ? { ...row, ratios: ratiosOf(row, references) } : row)),
  };
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'softreg-speed-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function softreg({ out, engine, threads, folder, maxSeconds }) {
  const peak = join(out, 'peak');
  const { result, ...run } = await runChild(
    process.execPath,
    [
      ...['--import', HOOK, SOFTREG, 'train', '--json', '--quiet', '--backend', engine],
      ...(threads === undefined ? [] : ['--threads', String(threads)]),
      ...['--data-dir', folder, '--out', join(out, 'run')],
    ],
    { env: { SOFTREG_BENCH_PEAK: peak }, maxSeconds },
  );
  if (!run.works) return run;
  const { epochs, bestValidation, test } = result;
  return {
    ...run,
    epochs,
    validationErrors: bestValidation.errors,
    testErrors: test.errors,
    peakMemory: Number(readFileSync(peak, 'utf8')),
  };
}

async function numpy({ out, ...options }) {
  const script = ['with_numpy.py', join(out, 'best.npz')];
  const run = await pythonRun({ script, whole: true, ...options });
  if (!run.works) return run;
  const { epochs, scores, peakMemory, wallMs, works } = run;
  const validationErrors = Math.min(...scores.validation.map(({ errors }) => errors));
  return {
    works,
    wallMs,
    epochs,
    validationErrors,
    testErrors: scores.test.at(-1).errors,
    peakMemory,
  };
}

function summarize({ entry: { run, ...row }, results, failure }, golden) {
  if (failure !== undefined) return { ...row, ...notRun(failure) };
  const odd = results.find((result) => !isGolden(result, golden));
  const { epochs, validationErrors, testErrors } = odd ?? results[0];
  const peaks = results.map(({ peakMemory }) => peakMemory).filter((peak) => peak !== null);
  const rounds = results.map(({ wallMs }) => wallMs / 1000);
  return {
    ...row,
    works: true,
    ...{ epochs, validationErrors, testErrors },
    isGolden: odd === undefined,
    rounds,
    seconds: spreadOf(rounds),
    peakMemory: peaks.length > 0 ? median(peaks) : undefined,
  };
}

function isGolden({ epochs, validationErrors, testErrors }, golden) {
  return (
    epochs === golden.epochs &&
    validationErrors === golden.bestValidationErrors &&
    testErrors === golden.testErrors
  );
}

function ratiosOf({ rounds }, references) {
  return Object.fromEntries(
    references.map(({ name, rounds: reference }) => [name, ratioInRounds(rounds, reference)]),
  );
}
