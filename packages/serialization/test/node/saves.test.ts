import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failingDisk, temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  readCheckpoint,
  readModel,
  writeCheckpoint,
  writeModel,
  writeNpzModel,
  writeOnnxModel,
  writeStandaloneModel,
} from '../../src/node/index.js';
import { digitCheckpoint, digitModel } from '../digit-samples.js';
import { TINY_CHECKPOINT, TINY_MODEL } from '../samples.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
/** A failing disk, a full one, a full quota, a folder or a file system that may only be read. */
const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'];

type Disk = ReturnType<typeof failingDisk>;

interface Save {
  readonly file: string;
  writeOld(path: string): Promise<void>;
  writeNew(path: string, fileSystem: Disk): Promise<void>;
  /** Which of the two is there. */
  found(path: string): Promise<'old' | 'new'>;
}

const modelSave = (file: string, write: typeof writeModel): Save => ({
  file,
  writeOld: (path) => write(path, TINY_MODEL),
  writeNew: (path, fileSystem) => write(path, digitModel(), { fileSystem }),
  async found(path) {
    const model = { ...(await readModel(path)), receipt: {} };
    const isOld = model.parameters.features === 2;
    expect(model).toEqual({ ...(isOld ? TINY_MODEL : digitModel()), receipt: {} });
    return isOld ? 'old' : 'new';
  },
});

const SAVES: Save[] = [
  modelSave('a.safetensors', writeModel),
  modelSave('a.npz', writeNpzModel),
  modelSave('a.onnx', writeOnnxModel),
  {
    file: 'checkpoint.safetensors',
    writeOld: (path) => writeCheckpoint(path, TINY_CHECKPOINT),
    writeNew: (path, fileSystem) => writeCheckpoint(path, digitCheckpoint(), { fileSystem }),
    async found(path) {
      const checkpoint = await readCheckpoint(path);
      const isOld = checkpoint.values === TINY_CHECKPOINT.values;
      expect(checkpoint).toEqual(isOld ? TINY_CHECKPOINT : digitCheckpoint());
      return isOld ? 'old' : 'new';
    },
  },
  {
    file: 'a.mjs',
    writeOld: (path) => writeStandaloneModel(path, TINY_MODEL),
    writeNew: (path, fileSystem) => writeStandaloneModel(path, digitModel(), { fileSystem }),
    async found(path) {
      const { predict } = await import(/* @vite-ignore */ `${path}?${performance.now()}`);
      return predict.length === 1 && (await works(predict, 784)) ? 'new' : 'old';
    },
  },
];

async function works(predict: (pixels: number[]) => unknown, pixels: number): Promise<boolean> {
  try {
    predict(new Array(pixels).fill(0));
    return true;
  } catch {
    return false;
  }
}

describe.each(SAVES)('$file', (save) => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder, save.file);
  });

  /** On a disk where a write takes 20,000 bytes at the most. */
  async function outcome(fails?: (operation: number) => string | undefined) {
    const disk = failingDisk({ mostBytes: 20_000, ...(fails && { fails }) });
    const told = await save.writeNew(path, disk).then(
      () => 'written',
      (error) => error.code,
    );
    return { told, operations: disk.operations };
  }

  test('a fault at any operation, once or for good, leaves the old file or the new one, and is told', async () => {
    await save.writeOld(path);
    const { told, operations: all } = await outcome();
    expect(told).toBe('written');
    expect(await save.found(path)).toBe('new');
    expect(all.join(' ')).toMatch(/^open( write)+ sync close rename open sync close$/);
    const rename = all.indexOf('rename');
    for (const [operation] of all.entries()) {
      for (const code of CODES) {
        for (const once of [true, false]) {
          const name = `${code} at ${operation}, ${once ? 'once' : 'for good'}`;
          await save.writeOld(path);
          const fails = (index: number) =>
            index === operation || (!once && index > operation) ? code : undefined;
          const told = operation > rename && code === 'EACCES' ? 'written' : 'FILE_WRITE_FAILED';
          expect((await outcome(fails)).told, name).toBe(told);
          expect(await save.found(path), name).toBe(operation <= rename ? 'old' : 'new');
          const left = readdirSync(folder).filter((entry) => entry !== save.file);
          // Where nothing works any more the temporary file cannot be taken away.
          if (once) expect(left, name).toEqual([]);
          for (const entry of left) rmSync(join(folder, entry));
        }
      }
    }
  }, 60_000);
});

// Kills its own process in place of operation number `last` of a save, counted without those that close.
const SAVE = `
  import { writeCheckpoint } from '@softreg/serialization/node';
  import { deadlyDisk } from '@softreg/testkit/failing-disk';
  const [, path, last] = process.argv;
  const floats = (length, value) => ({ shape: [length], data: new Float32Array(length).fill(value) });
  await writeCheckpoint(path, { arrays: { weights: floats(7840, 2), bias: floats(10, 2) }, values: 'new', config: '' }, { fileSystem: deadlyDisk(Number(last), 20_000) });`;

describe('kill -9 at any operation of a checkpoint’s save leaves the old one or the new one', () => {
  const operations = 'open write write sync rename open sync'.split(' ');

  function killedAt(path: string, last: number) {
    return spawnSync(process.execPath, ['--input-type=module', '--eval', SAVE, path, `${last}`], {
      cwd: PACKAGE,
      encoding: 'utf8',
    });
  }

  test('these are all the operations', () => {
    const { stdout, signal } = killedAt(join(temporaryFolder(), 'a'), Number.POSITIVE_INFINITY);
    expect(signal).toBeNull();
    expect(stdout.trim().split('\n')).toEqual(operations);
  });

  test.each(operations.map((name, index) => [index, name] as const))(
    'before operation %i, %s',
    async (operation) => {
      const path = join(temporaryFolder(), 'checkpoint.safetensors');
      await writeCheckpoint(path, TINY_CHECKPOINT);
      expect(killedAt(path, operation).signal).toBe('SIGKILL');
      const { values, arrays } = await readCheckpoint(path);
      if (operation <= operations.indexOf('rename')) expect(values).toBe(TINY_CHECKPOINT.values);
      else expect([values, arrays.weights?.data[7839]]).toEqual(['new', 2]);
    },
  );
});
