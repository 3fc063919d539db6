import type { Plugin } from 'vite';
import { CONTENT_POLICY } from './content-policy.js';

/** What makes a page cross-origin isolated: without it there is no shared memory, and the engine computes on one thread. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/** Of everything that a host serves. */
export const SITE_HEADERS = {
  ...ISOLATION,
  'Content-Security-Policy': CONTENT_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** Files that have their hash in their path: what is there never changes. */
export const HASHED_FILES = 'assets/';

export const CACHE_CONTROL = {
  hashed: 'public, max-age=31536000, immutable',
  /** Of what leads to all others: the page, and the worker that keeps it. */
  entry: 'no-cache',
} as const;

const ENTRIES = ['/', '/index.html', '/service-worker.js'];

/** Writes `_headers`, which Netlify and Cloudflare Pages read. Paths are those of a host of its own. */
export function headersFile(): Plugin {
  return {
    name: 'softreg:headers-file',
    apply: 'build',
    generateBundle() {
      // Workers are bundles of their own.
      if (this.environment.config.isWorker) return;
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersText() });
    },
  };
}

function headersText(): string {
  const rules: [string, Readonly<Record<string, string>>][] = [
    ['/*', SITE_HEADERS],
    [`/${HASHED_FILES}*`, { 'Cache-Control': CACHE_CONTROL.hashed }],
    ...ENTRIES.map((path): (typeof rules)[number] => [
      path,
      { 'Cache-Control': CACHE_CONTROL.entry },
    ]),
  ];
  const lines = rules.flatMap(([path, headers]) => [
    path,
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}
