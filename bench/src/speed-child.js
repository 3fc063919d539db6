import { spawn } from 'node:child_process';
import { describeEnd, listenForLastWords } from './last-words.js';

/** For reading data, two epochs and saving, however slow. */
const MORE_SECONDS = 300;

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, maxSeconds: number }} options with the seconds that it bounds itself to
 * @returns {Promise<{ works: true, result: object, wallMs: number } | { works: false, reason: string, line?: string }>}
 * `result`: what its last line on stdout has as JSON
 */
export function runChild(command, args, { env, maxSeconds }) {
  return new Promise((resolve) => {
    const began = performance.now();
    let wallMs;
    let output = '';
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: (maxSeconds + MORE_SECONDS) * 1000,
      killSignal: 'SIGKILL',
    });
    const lastWords = listenForLastWords(child.stderr);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', ({ code, message }) =>
      resolve({
        works: false,
        reason: code === 'ENOENT' ? `there is no ${command}` : message,
      }),
    );
    child.on('exit', () => {
      wallMs = performance.now() - began;
    });
    child.on('close', (code, signal) => {
      const line = lastWords.line();
      if (code === 0) {
        resolve({ works: true, result: JSON.parse(output.trim().split('\n').at(-1)), wallMs });
      } else resolve({ works: false, reason: describeEnd(code, signal, line), line });
    });
  });
}
