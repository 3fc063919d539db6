import { parseFlags, positive, select } from './command-line.js';

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
  const flags = parseFlags({ 'max-seconds': { type: 'string', default: '240' } });
  return {
    ...flags,
    maxSeconds: positive(flags, 'max-seconds'),
    runs: select(RUNS, flags.only, ({ backend, where }) => [
      backend,
      `${backend}-${where.toLowerCase()}`,
    ]),
  };
}
