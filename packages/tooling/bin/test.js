#!/usr/bin/env node
// `npm test`: from a fresh clone to tested packages, with one line at the end that counts every package's tests.
import { pinnedPnpm, pnpm, run } from '../src/pnpm.js';
import { clearReports, countTests } from '../src/test-reports.js';

pnpm(['install', '--frozen-lockfile', '--reporter=append-only']);
// A run that stops early must not count the reports of the one before; turbo brings back those of tests it need not run.
clearReports();
const code = run('npx', [
  '--yes',
  pinnedPnpm(),
  'exec',
  'turbo',
  'run',
  'test',
  // A test runner starts workers of its own: more of them than cores only makes them wait for each other.
  '--concurrency=100%',
  ...process.argv.slice(2),
]);
const { passed, failed, skipped } = countTests();
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exit(code);
