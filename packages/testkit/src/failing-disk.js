import { open, rename, rm } from 'node:fs/promises';

/**
 * A file system for writes of @softreg/atomic-file on the real one, which records each operation and may let it fail.
 *
 * @typedef {object} Faults
 * @property {number} [mostBytes] that one write takes
 * @property {(operation: number, name: string) => string | undefined} [fails] the system's code that an operation fails with
 * @property {(bytes: number) => number} [writes] how many of the bytes that a write could take it takes
 *
 * @param {Faults} faults asked before each operation, by its number from 0; a file that cannot be closed is closed all the same
 */
export function failingDisk({ mostBytes = Number.POSITIVE_INFINITY, fails, writes } = {}) {
  /** @type {string[]} */
  const operations = [];
  let openFiles = 0;

  /**
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} operation
   */
  const run = async (name, operation) => {
    const number = operations.push(name) - 1;
    const code = fails?.(number, name);
    if (code !== undefined) throw Object.assign(new Error(`${code}, ${name}`), { code });
    return operation();
  };

  return {
    operations,
    openFiles: () => openFiles,
    /** @param {string} path @param {'wx' | 'r'} flags */
    open: (path, flags) =>
      run('open', async () => {
        const file = await open(path, flags);
        openFiles += 1;
        return {
          /** @param {Uint8Array} bytes @param {number} offset */
          write: (bytes, offset) =>
            run('write', async () => {
              const length = Math.min(mostBytes, bytes.length - offset);
              const taken = writes ? writes(length) : length;
              return taken === 0 ? { bytesWritten: 0 } : file.write(bytes, offset, taken);
            }),
          sync: () => run('sync', () => file.sync()),
          close: async () => {
            openFiles -= 1;
            await file.close();
            await run('close', async () => undefined);
          },
        };
      }),
    /** @param {string} from @param {string} to */
    rename: (from, to) => run('rename', () => rename(from, to)),
    /** @param {string} path @param {{ readonly force: true }} options */
    rm: (path, options) => run('rm', () => rm(path, options)),
  };
}

/**
 * Of a process that is to be killed in place of operation number `last`, counted from 0 without those that close; it prints each that it does.
 *
 * @param {number} last
 * @param {number} mostBytes that one write takes
 */
export function deadlyDisk(last, mostBytes) {
  let done = 0;
  return failingDisk({
    mostBytes,
    fails: (_, name) => {
      if (name === 'close') return undefined;
      if (done++ === last) process.kill(process.pid, 'SIGKILL');
      console.log(name);
      return undefined;
    },
  });
}
