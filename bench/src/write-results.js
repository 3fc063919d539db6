import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../package.json', import.meta.url);

/** @param {string} file @param {object} results */
export function writeResults(file, results) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Writes them to `bench/results`, as lint wants files of the repository to be. */
export function keepResults(name, results) {
  const file = fileURLToPath(new URL(`../results/${name}`, import.meta.url));
  writeResults(file, results);
  const biome = createRequire(ROOT).resolve('@biomejs/biome/bin/biome');
  spawnSync(process.execPath, [biome, 'format', '--write', file], { stdio: 'ignore' });
}
