// A block's lines are those that do not start with a fence: a match must not run on into a later block.
const EXAMPLE = /^```js\n((?:(?!```).*\n)*)```\n\n```text\n((?:(?!```).*\n)*)```$/gm;

/**
 * The runnable examples of a README, in order: a `js` block directly followed by a `text` block of what it prints.
 *
 * @param {string} readme
 * @returns {{ code: string, output: string }[]}
 */
export function readmeExamples(readme) {
  return [...readme.matchAll(EXAMPLE)].map(([, code = '', output = '']) => ({ code, output }));
}

/**
 * Where two outputs part, or undefined if they are the same.
 *
 * @param {string} expected
 * @param {string} found
 */
export function firstDifference(expected, found) {
  if (expected === found) return undefined;
  const left = expected.split('\n');
  const right = found.split('\n');
  const index = left.findIndex((line, i) => line !== right[i]);
  const at = index < 0 ? left.length : index;
  return `line ${at + 1} should be ${quote(left[at])}, is ${quote(right[at])}`;
}

/** @param {string | undefined} line */
function quote(line) {
  return line === undefined ? 'no line' : JSON.stringify(line);
}
