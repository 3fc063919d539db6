import { parseArgs } from 'node:util';
import { fail } from './terminal.js';

const RUNS = [
  { backend: 'cuda', where: 'Node', isCard: true },
  { backend: 'tensorflow', where: 'Node' },
  { backend: 'webgpu', where: 'Node', isCard: true },
  { backend: 'webgpu', where: 'Chromium', isCard: true },
  { backend: 'webgl', where: 'Chromium', isCard: true },
  { backend: 'wasm', where: 'Node' },
  { backend: 'wasm', where: 'Chromium' },
  { backend: 'cpu', where: 'Node' },
];

/** What the command line asks for. Ends the process where it asks for what there is not. */
export function readOptions() {
  const { values } = parse();
  const maxSeconds = Number(values['max-seconds']);
  if (!(maxSeconds > 0))
    fail(2, `--max-seconds: expected a number above 0, found ${values['max-seconds']}`);
  if (values.update && values.only)
    fail(2, '--update: the table is of all backends, leave --only away');
  return { ...values, maxSeconds, runs: values.only ? select(values.only.split(',')) : RUNS };
}

function parse() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        'max-seconds': { type: 'string', default: '240' },
        json: { type: 'string' },
        update: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(2, error.message);
  }
}

function select(names) {
  const namesOf = ({ backend, where }) => [backend, `${backend}-${where.toLowerCase()}`];
  const known = new Set(RUNS.flatMap(namesOf));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined)
    fail(2, `--only: expected some of ${[...known].join(', ')}, found ${unknown}`);
  return RUNS.filter((run) => namesOf(run).some((name) => names.includes(name)));
}
