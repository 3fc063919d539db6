import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { SiteFiles } from '../src/offline/site-files.js';
import { HASHED_FILES, SITE_HEADERS } from './headers.js';
import { kindOf, pathsIn, SERVICE_WORKER } from './site-paths.js';

const SOURCE = fileURLToPath(new URL('../src/offline/worker/service-worker.ts', import.meta.url));

/** Writes the service worker of the site, which knows its files by their hashes. */
export function serviceWorker(): Plugin {
  return {
    name: 'softreg:service-worker',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }) {
        if (dir !== undefined) await writeServiceWorker(dir);
      },
    },
  };
}

/** In the place of one that is there. @param folder with all other files of the site */
export async function writeServiceWorker(folder: string): Promise<void> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    define: { SITE_FILES: JSON.stringify(await siteFiles(folder)) },
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: SOURCE, output: { format: 'iife' } },
    },
  });
  if (!('output' in built)) throw new Error(`${SOURCE}: expected one bundle`);
  await writeFile(join(folder, SERVICE_WORKER), built.output[0].code);
}

async function siteFiles(folder: string): Promise<SiteFiles> {
  const files = { first: {}, later: {}, other: {} } as Record<string, Record<string, string>>;
  for (const path of await pathsIn(folder)) {
    const hash = createHash('sha256').update(await readFile(join(folder, path)));
    (files[kindOf(path)] as Record<string, string>)[path] = `sha256-${hash.digest('base64')}`;
  }
  const { first = {}, later = {} } = files;
  return { first, later, hashed: HASHED_FILES, headers: SITE_HEADERS };
}
