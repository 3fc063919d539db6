import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Logger, Plugin } from 'vite';
import { kindOf, pathsIn } from './site-paths.js';

/** What the page may load, compressed, before a backend of TensorFlow.js is asked for. */
export const FIRST_LOAD_BUDGET = 500_000;

const LARGEST = 5;
const pack = promisify(gzip);

interface Size {
  readonly path: string;
  readonly bytes: number;
  readonly packed: number;
}

/** Says what the site weighs, and warns where its first load is more than its budget. */
export function sizeTable(): Plugin {
  let logger: Logger;
  return {
    name: 'softreg:size-table',
    apply: 'build',
    configResolved(config) {
      logger = config.logger;
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }) {
        if (dir === undefined) return;
        const sizes = await sizesIn(dir);
        const first = sizes.filter(({ path }) => kindOf(path) === 'first');
        const later = sizes.filter(({ path }) => kindOf(path) === 'later');
        logger.info(
          [
            '',
            rowOf(`all of the first load (budget ${kilobytes(FIRST_LOAD_BUDGET)})`, sumOf(first)),
            ...largestOf(first),
            rowOf('all that is loaded when it is asked for', sumOf(later)),
            ...largestOf(later),
          ].join('\n'),
        );
        if (sumOf(first).packed > FIRST_LOAD_BUDGET) {
          logger.warn(`the first load is over its budget of ${kilobytes(FIRST_LOAD_BUDGET)}`);
        }
      },
    },
  };
}

async function sizesIn(folder: string): Promise<Size[]> {
  const paths = await pathsIn(folder);
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(folder, path));
      return { path, bytes: bytes.length, packed: (await pack(bytes)).length };
    }),
  );
}

function sumOf(sizes: readonly Size[]): Omit<Size, 'path'> {
  return {
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    packed: sizes.reduce((sum, { packed }) => sum + packed, 0),
  };
}

function largestOf(sizes: readonly Size[]): string[] {
  const largest = sizes.toSorted((a, b) => b.packed - a.packed).slice(0, LARGEST);
  return largest.map((size) => rowOf(`  ${size.path}`, size));
}

function rowOf(name: string, { bytes, packed }: Omit<Size, 'path'>): string {
  return `${name.padEnd(64)}${kilobytes(bytes).padStart(12)}${kilobytes(packed).padStart(12)} gzip`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
