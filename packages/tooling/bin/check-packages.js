#!/usr/bin/env node
// `npm run check:packages`: is each built package fit to be published, and does it work alone? `--only NAME` checks one.
import { parseArgs } from 'node:util';
import { checkPackages } from '../src/check-packages.js';
import { ROOT } from '../src/pnpm.js';

// An exit, unlike the signal itself, lets the temporary folders be removed.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const failures = await checkPackages({
  root: ROOT,
  only: values.only ?? [],
  write: (line) => process.stdout.write(`${line}\n`),
});
if (failures > 0) {
  process.stdout.write(`${failures} failed\n`);
  process.exitCode = 1;
}
