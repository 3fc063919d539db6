import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeEnd, listenForLastWords } from './last-words.js';
import { watchSilence } from './silence.js';

const CHILD = fileURLToPath(new URL('node-process.js', import.meta.url));
/** The graphics card in software that Chromium brings. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Runs a backend in a Node process of its own; WebGPU on a graphics card in software where no other answers.
 *
 * @returns {Promise<object>} as `runBackend` gives it
 */
export async function runInNode(options) {
  const result = await runInProcess(options, process.env);
  const isRefused = options.backend === 'webgpu' && result.opened === false;
  if (!isRefused || process.env.VK_ICD_FILENAMES || !existsSync(SWIFTSHADER)) return result;
  return runInProcess(options, { ...process.env, VK_ICD_FILENAMES: SWIFTSHADER });
}

function runInProcess({ backend, folder, maxSeconds, tell }, env) {
  return new Promise((resolve) => {
    const child = fork(CHILD, [backend, folder, ...(maxSeconds ? [String(maxSeconds)] : [])], {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const lastWords = listenForLastWords(child.stderr);
    const silence = watchSilence((reason) => {
      end({ works: false, reason });
      child.kill('SIGKILL');
    });
    const end = (result) => {
      silence.stop();
      resolve(result);
    };
    child.on('message', ({ epochs, result }) => {
      if (result) return end(result);
      silence.broken();
      tell(epochs);
    });
    child.on('error', (error) => end({ works: false, reason: error.message }));
    child.on('close', (code, signal) => {
      end({ works: false, reason: describeEnd(code, signal, lastWords.line()) });
    });
  });
}
