#!/usr/bin/env node
// `npm start`: from a fresh clone to a trained model. Installs and builds only what the command line needs: the compilers are
// dependencies of the root, so that --prod leaves out all that is for tests.
import { pnpm, run } from '../src/pnpm.js';

const commandLine = ['--filter', 'softreg...'];
pnpm([...commandLine, 'install', '--prod', '--frozen-lockfile', '--reporter=append-only']);
pnpm([...commandLine, 'run', '--if-present', 'kernel']);
pnpm([...commandLine, 'run', 'build']);
process.exit(run(process.execPath, ['apps/cli/bin/softreg.js', 'train', ...process.argv.slice(2)]));
