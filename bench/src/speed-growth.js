import { figures } from './markdown-table.js';
import { median, spreadOf } from './numbers.js';
import { nodeRun } from './speed-node.js';
import { inRounds, notRun, ratioInRounds } from './speed-rounds.js';
import { nameOf, threadsOf } from './speed-rows.js';

const TIMES = [1, 2, 5, 10];

/** Seconds an epoch on more and more images. */
export async function measureGrowth({ rounds, engine, cores, folder, maxSeconds }) {
  const entries = threadsOf(engine, cores).flatMap((threads) =>
    TIMES.map((times) => ({
      name: `${nameOf(engine, threads)} x ${times}`,
      threads,
      times,
      run: () => nodeRun({ work: 'growth', backend: engine, threads, folder, times, maxSeconds }),
    })),
  );
  const measured = await inRounds(rounds, entries, (result) => `${figures(epochMs(result))} ms`);
  const rows = measured.map(summarize);
  return {
    rows: rows.map((row) => {
      const first = rows.find(({ threads, times }) => threads === row.threads && times === 1);
      if (!row.works || !first.works) return row;
      return { ...row, ratio: ratioInRounds(perTime(row), perTime(first)) };
    }),
  };
}

/** The first epoch fills caches. */
function epochMs(result) {
  return median(result.epochMs.slice(1));
}

function perTime({ rounds, times }) {
  return rounds.map((ms) => ms / times);
}

function summarize({ entry: { run, ...row }, results, failure }) {
  if (failure !== undefined) return { ...row, ...notRun(failure) };
  const { images, bytes } = results.at(-1);
  const rounds = results.map(epochMs);
  const bytesAnImage = bytes && bytes / images;
  return { ...row, works: true, images, bytesAnImage, rounds, epochMs: spreadOf(rounds) };
}
