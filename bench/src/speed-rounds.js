import { spreadOf } from './numbers.js';
import { say } from './terminal.js';

/**
 * Runs each entry once a round, so that what else the machine does slows all alike. One that fails is not run again.
 *
 * @template {{ name: string, run: () => Promise<object> }} Entry
 * @param {number} rounds
 * @param {Entry[]} entries
 * @param {(result: object) => string} tell what to say of a result
 * @returns {Promise<{ entry: Entry, results: object[], failure?: object }[]>} the results of an entry are all that worked, or none
 */
export async function inRounds(rounds, entries, tell) {
  const all = entries.map((entry) => ({ entry, results: [], failure: undefined }));
  for (let round = 1; round <= rounds; round++) {
    for (const state of all) {
      if (state.failure !== undefined) continue;
      say(`round ${round} of ${rounds}, ${state.entry.name}: `);
      const result = await state.entry.run();
      if (result.works) state.results.push(result);
      else Object.assign(state, { failure: result, results: [] });
      say(`${result.works ? tell(result) : result.reason}\n`);
    }
  }
  return all;
}

/**
 * Round by round, how many times the first value is the second.
 *
 * @param {number[]} values of one entry
 * @param {number[]} others of another, in the same rounds
 */
export function ratioInRounds(values, others) {
  return spreadOf(values.map((value, round) => value / others[round]));
}

/** What a failed entry tells. */
export function notRun({ reason, fix, isMissing }) {
  return { works: false, isMissing, reason, fix };
}
