import { execFile } from 'node:child_process';

/**
 * Runs a command and gives what it wrote, whatever its exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env] what to change in the environment
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function capture(command, args, cwd, env = {}) {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      {
        cwd,
        maxBuffer: 2 ** 28,
        timeout: 300_000,
        // npm and npx are .cmd files on Windows.
        shell: process.platform === 'win32' && command !== process.execPath,
        env: { ...process.env, npm_config_loglevel: 'error', ...env },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else resolve({ code: 1, stdout, stderr: stderr || error.message });
      },
    );
  });
}
