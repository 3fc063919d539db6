import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Runs the pnpm that `packageManager` pins, through npx, in the workspace root: a fresh machine has no pnpm of its own.
 * Ends this process with pnpm's exit code if it fails.
 *
 * @param {string[]} args
 */
export function pnpm(args) {
  const code = run('npx', ['--yes', pinnedPnpm(), ...args]);
  if (code !== 0) process.exit(code);
}

/** `pnpm@VERSION` from the root's package.json, without the hash that npx cannot take. */
export function pinnedPnpm() {
  const { packageManager } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return /** @type {string} */ (packageManager).replace(/\+.*$/, '');
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 * @returns {number} the exit code
 */
export function run(command, args, cwd = ROOT) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', npm_config_loglevel: 'error' },
  });
  if (error) {
    process.stderr.write(`${command} could not be started: ${error.message}\n`);
    return 127;
  }
  return status ?? 1;
}
