import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const OLD = Buffer.alloc(1500, 'o');
const NEW = Buffer.alloc(2500, 'n');

// Counts the operations of a save, all but close, and kills its own process in place of number `last`.
// A write takes 1000 bytes at the most.
const SAVE = `
  import { promises } from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const [, path, last] = process.argv;
  const { open, rename } = promises;
  const handle = await open(process.execPath);
  const file = Object.getPrototypeOf(handle);
  const { write, sync } = file;
  await handle.close();
  let operations = 0;
  const counted = (name, operation) => function (...parameters) {
    if (operations++ === Number(last)) process.kill(process.pid, 'SIGKILL');
    console.log(name);
    return operation.apply(this, parameters);
  };
  promises.open = counted('open', open);
  promises.rename = counted('rename', rename);
  file.write = counted('write', function (bytes, offset) {
    return write.call(this, bytes, offset, Math.min(1000, bytes.length - offset));
  });
  file.sync = counted('sync', sync);
  syncBuiltinESMExports();
  const { writeFileAtomic } = await import('@softreg/atomic-file');
  await writeFileAtomic(path, Buffer.alloc(2500, 'n'));`;

const OPERATIONS = 'open write write write sync rename open sync'.split(' ');

describe('kill -9 leaves the old file or the new one', () => {
  test.each(OPERATIONS.map((name, index) => [index, name] as const))(
    'before operation %i, %s',
    (operation) => {
      const path = join(temporaryFolder(), 'a');
      writeFileSync(path, OLD);
      const { signal } = save(path, operation);
      expect(signal).toBe('SIGKILL');
      const expected = operation <= OPERATIONS.indexOf('rename') ? OLD : NEW;
      expect(Buffer.compare(readFileSync(path), expected)).toBe(0);
    },
  );

  test('these are all the operations', () => {
    const { stdout, signal } = save(join(temporaryFolder(), 'a'), Number.POSITIVE_INFINITY);
    expect(signal).toBeNull();
    expect(stdout.trim().split('\n')).toEqual(OPERATIONS);
  });
});

function save(path: string, lastOperation: number) {
  return spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', SAVE, path, `${lastOperation}`],
    { cwd: PACKAGE, encoding: 'utf8' },
  );
}
