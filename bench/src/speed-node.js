import { fileURLToPath } from 'node:url';
import { runChild } from './speed-child.js';

const CHILD = fileURLToPath(new URL('speed-node-process.js', import.meta.url));

/** Has `speed-node-process.js` do some work. @returns {Promise<object>} what came of it, with `works` */
export async function nodeRun(options) {
  const { works, result, reason } = await runChild(
    process.execPath,
    [CHILD, JSON.stringify(options)],
    { maxSeconds: options.maxSeconds },
  );
  return works ? result : { works, reason };
}
