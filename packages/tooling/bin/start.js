#!/usr/bin/env node
// `npm start`: from a fresh clone to a trained model. Installs and builds only what the command line needs.
import { pnpm, run } from '../src/pnpm.js';

const commandLine = ['--filter', 'softreg...'];
pnpm([...commandLine, 'install', '--frozen-lockfile', '--reporter=append-only']);
pnpm([...commandLine, 'run', 'build']);
process.exit(run(process.execPath, ['apps/cli/bin/softreg.js', 'train', ...process.argv.slice(2)]));
