// Compiles the kernel for each kind of runtime, and writes each binary as a module that holds it as text: a module is found wherever
// code is found, by every bundler, where a file beside it might not be.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here('../src/simd/generated/');

/** The memory is imported; its limits must lie within these, in pages of 64 KiB. */
const COMMON = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--noExportMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
  '--enable',
  'threads',
];
const SHARED = ['--sharedMemory'];
const RELAXED = ['--enable', 'relaxed-simd'];

const VARIANTS = {
  plain: [],
  relaxed: RELAXED,
  shared: SHARED,
  'shared-relaxed': [...SHARED, ...RELAXED],
};

async function compile(flags) {
  const files = new Map();
  const { error, stderr } = await main(
    ['index.ts', ...COMMON, ...flags, '--outFile', 'kernel.wasm'],
    {
      readFile: (name) =>
        readFile(here(name.startsWith('/') ? name : `./${name}`), 'utf8').catch(() => null),
      writeFile: (name, contents) => files.set(name, contents),
    },
  );
  if (error) throw new Error(`the kernel does not compile\n${stderr.toString()}`);
  return files.get('kernel.wasm');
}

const compiled = [];
for (const [name, flags] of Object.entries(VARIANTS)) compiled.push([name, await compile(flags)]);

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
for (const [name, bytes] of compiled) {
  const text = Buffer.from(bytes).toString('base64');
  await writeFile(`${OUT}${name}.ts`, `export const base64 = '${text}';\n`);
}
