import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../src/pnpm.js';

/** Paths from the root, with `/`. */
export function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

/** Whether this is a clone: an unpacked archive has no list of its files. */
export function isClone(): boolean {
  return existsSync(join(ROOT, '.git'));
}
