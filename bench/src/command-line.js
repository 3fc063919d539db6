import { parseArgs } from 'node:util';
import { fail } from './terminal.js';

/** Every bench has these. */
const FLAGS = {
  only: { type: 'string' },
  json: { type: 'string' },
  update: { type: 'boolean', default: false },
};

/** Ends the process where the command line asks for what there is not. */
export function parseFlags(more) {
  const flags = parse({ ...FLAGS, ...more });
  if (flags.update && flags.only)
    fail(2, '--update: the page is of all that there is, leave --only away');
  return flags;
}

function parse(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(2, error.message);
  }
}

/** The number above 0 that the flag has. */
export function positive(flags, name) {
  const value = Number(flags[name]);
  if (!(value > 0)) fail(2, `--${name}: expected a number above 0, found ${flags[name]}`);
  return value;
}

/** The entries that `--only` names. @param {(entry: object) => string[]} namesOf */
export function select(entries, only, namesOf) {
  if (only === undefined) return entries;
  const names = only.split(',');
  const known = new Set(entries.flatMap(namesOf));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined)
    fail(2, `--only: expected some of ${[...known].join(', ')}, found ${unknown}`);
  return entries.filter((entry) => namesOf(entry).some((name) => names.includes(name)));
}
