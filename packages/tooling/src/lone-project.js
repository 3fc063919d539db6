import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './capture.js';
import { oneLine } from './one-line.js';
import { firstDifference } from './readme-examples.js';
import { installedTensorflowProblems } from './tensorflow-problems.js';

/**
 * Installs tarballs with npm in an empty project, as a stranger would.
 *
 * @param {string} project an empty folder outside the workspace
 * @param {string[]} tarballs
 * @returns {Promise<string[]>}
 */
export async function installProblems(project, tarballs) {
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const { code, stdout, stderr } = await capture(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs],
    project,
  );
  if (code !== 0) return [`npm install: ${oneLine(stderr || stdout)}`];
  return installedTensorflowProblems(
    readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8'),
  );
}

/**
 * @param {string} project
 * @param {string} specifier
 * @returns {Promise<string[]>}
 */
export async function importProblems(project, specifier) {
  return runProblems(project, `await import(${JSON.stringify(specifier)});\n`, '');
}

/**
 * Runs a module in the project and compares what it prints with what it should print.
 *
 * @param {string} project
 * @param {string} code
 * @param {string} output
 * @returns {Promise<string[]>}
 */
export async function runProblems(project, code, output) {
  writeFileSync(join(project, 'example.mjs'), code);
  // What an example leaves behind goes when the project goes.
  const temporary = join(project, 'temporary');
  mkdirSync(temporary, { recursive: true });
  const result = await capture(process.execPath, ['example.mjs'], project, {
    TMPDIR: temporary,
    TEMP: temporary,
  });
  if (result.code !== 0) return [`exit code ${result.code}: ${thrownError(result.stderr)}`];
  if (result.stderr !== '') return [`it wrote to stderr: ${oneLine(result.stderr)}`];
  const difference = firstDifference(output, result.stdout);
  return difference === undefined ? [] : [difference];
}

/**
 * The error's own line in what Node says about an uncaught one.
 *
 * @param {string} stderr
 */
function thrownError(stderr) {
  return oneLine(/^\w*Error\b.*$/m.exec(stderr)?.[0] ?? stderr);
}

/**
 * @param {string} project
 * @param {string} command the name of an installed command
 * @param {string} version what its `--version` should print
 * @returns {Promise<string[]>}
 */
export async function commandProblems(project, command, version) {
  const { code, stdout, stderr } = await capture(
    'npx',
    ['--no', command, '--', '--version'],
    project,
  );
  if (code !== 0) return [`exit code ${code}: ${oneLine(stderr)}`];
  const difference = firstDifference(`${version}\n`, stdout);
  return difference === undefined ? [] : [difference];
}
