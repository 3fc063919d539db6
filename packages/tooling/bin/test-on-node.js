#!/usr/bin/env node
// `pnpm test:on-node 24`: the tests that run in Node, on another version of it, which npm's package `node` brings. What is built
// is tested as it is.
import { execFileSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { pnpm } from '../src/pnpm.js';

const [version] = process.argv.slice(2);
if (version === undefined || !/^\d+(\.\d+){0,2}$/.test(version)) {
  process.stderr.write(
    `usage: pnpm test:on-node VERSION, such as 24; found ${version ?? 'none'}\n`,
  );
  process.exit(2);
}
const node = execFileSync(
  'npx',
  ['--yes', '--package', `node@${version}`, '--', 'node', '--print', 'process.execPath'],
  { encoding: 'utf8', shell: process.platform === 'win32' },
).trim();
process.env.PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
process.stdout.write(`tests on ${execFileSync(node, ['--version'], { encoding: 'utf8' })}`);
// Not through turbo, which would take results on one version of Node for those on another.
const tests = ['run', 'test', '--project', 'node', '--reporter', 'dot'];
const packages = ['--recursive', '--no-bail', '--workspace-concurrency', '2', '--if-present'];
// The web demo runs in no Node.
pnpm([...packages, '--filter', '!web', ...tests]);
