import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

/** Tells the page by `import.meta.env.VITE_RELEASE` of what release of softreg it is made, for the receipts of what it writes. */
export function release(): Plugin {
  const file = createRequire(import.meta.url).resolve('@softreg/trainer/package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return {
    name: 'softreg:release',
    config: () => ({ define: { 'import.meta.env.VITE_RELEASE': JSON.stringify(version) } }),
  };
}
