import { epochsPerSecond, equalCounts } from './compare.js';
import { figures } from './markdown-table.js';
import { spreadOf } from './numbers.js';
import { inRounds, notRun, ratioInRounds } from './speed-rounds.js';

/** The tutorial's run by all that is there. */
export async function measureTraining({ rows, rounds, folder, maxSeconds, engine, golden }) {
  const entries = rows.map(({ run, ...row }) => ({
    ...row,
    run: () => run({ folder, maxSeconds }),
  }));
  const measured = await inRounds(
    rounds,
    entries,
    ({ epochs, epochMs }) => `${figures(epochsPerSecond(epochMs))} epochs/s, ${epochs} epochs`,
  );
  const found = measured.map((state) => summarize(state, golden));
  const worked = found.filter(({ works }) => works);
  const engines = worked.filter(({ group }) => group === engine);
  const references = engines.length > 0 ? engines : worked.slice(0, 1);
  return {
    references: references.map(({ name }) => name),
    rows: found.map((row) => (row.works ? { ...row, ratios: ratiosOf(row, references) } : row)),
  };
}

function summarize({ entry: { run, ...row }, results, failure }, golden) {
  if (failure !== undefined) return { ...row, ...notRun(failure) };
  const speeds = results.map(({ epochMs }) => epochsPerSecond(epochMs));
  const odd = row.computesAnotherThing
    ? undefined
    : results.find((result) => !isGolden(result, golden));
  // Where time ended them, rounds differ in length.
  const { description, threads, epochs, stop, scores } =
    odd ?? results.toSorted((a, b) => a.epochs - b.epochs)[0];
  return {
    ...row,
    works: true,
    description,
    threads: threads ?? row.threads ?? 1,
    epochs,
    stop,
    validationErrors: Math.min(...scores.validation.map(({ errors }) => errors)),
    testErrors: scores.test.at(-1).errors,
    isGolden: odd === undefined,
    counts: row.computesAnotherThing ? undefined : countsOf(scores, golden),
    rounds: speeds,
    epochsPerSecond: spreadOf(speeds),
  };
}

/** As far as the run went. */
function isGolden({ scores, stop, epochs }, golden) {
  const { equal, of } = countsOf(scores, golden);
  return equal === of && (stop !== 'patience' || epochs === golden.epochs);
}

/** Of validation and test together. */
function countsOf(scores, golden) {
  const { validation, test } = equalCounts(golden, scores);
  return { equal: validation.equal + test.equal, of: validation.of + test.of };
}

function ratiosOf({ rounds }, references) {
  return Object.fromEntries(
    references.map(({ name, rounds: reference }) => [name, ratioInRounds(reference, rounds)]),
  );
}
