import { nodeAndBrowserTests } from '@softreg/testkit/vitest';
import { mirrorCommands } from './test/browser/mirror-commands.js';

const config = nodeAndBrowserTests();

for (const project of config.test?.projects ?? []) {
  if (typeof project !== 'object' || !('test' in project)) continue;
  const { browser } = project.test ?? {};
  if (browser === undefined) continue;
  browser.commands = mirrorCommands;
  // Found in the middle of a run, they would make the page load anew.
  project.optimizeDeps = { include: ['@noble/hashes/legacy.js', '@noble/hashes/sha2.js'] };
}

export default config;
