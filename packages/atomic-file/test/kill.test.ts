import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const OLD = Buffer.alloc(1500, 'o');
const NEW = Buffer.alloc(2500, 'n');

// A write takes 1000 bytes at the most.
const SAVE = `
  import { deadlyDisk } from '@softreg/testkit/failing-disk';
  import { writeFileAtomic } from '@softreg/atomic-file';
  const [, path, last] = process.argv;
  await writeFileAtomic(path, Buffer.alloc(2500, 'n'), { fileSystem: deadlyDisk(Number(last), 1000) });`;

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
