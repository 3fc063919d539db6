import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Where the test files find the sites that one of them has built. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'softreg-sites-'));
  project.provide('builtSites', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

declare module 'vitest' {
  interface ProvidedContext {
    builtSites: string;
  }
}
