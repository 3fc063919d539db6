import { availableParallelism } from 'node:os';
import { parseFlags, positive, select } from './command-line.js';
import { rowsOf } from './speed-rows.js';
import { fail } from './terminal.js';

const PARTS = [{ name: 'processes' }, { name: 'growth' }];

/** What the command line asks for. Ends the process where it asks for what there is not. */
export function readOptions() {
  const flags = parseFlags({
    rounds: { type: 'string', default: '3' },
    'max-seconds': { type: 'string', default: '60' },
    engine: { type: 'string', default: 'simd' },
  });
  const rounds = positive(flags, 'rounds');
  if (!Number.isInteger(rounds)) fail(2, `--rounds: expected a whole number, found ${rounds}`);
  const cores = availableParallelism();
  const rows = rowsOf(flags.engine, cores);
  const chosen = select([...rows, ...PARTS], flags.only, ({ name, group }) =>
    group === undefined ? [name] : [name, group, 'training'],
  );
  return {
    ...flags,
    rounds,
    maxSeconds: positive(flags, 'max-seconds'),
    cores,
    rows: rows.filter((row) => chosen.includes(row)),
    parts: PARTS.filter((part) => chosen.includes(part)).map(({ name }) => name),
  };
}
