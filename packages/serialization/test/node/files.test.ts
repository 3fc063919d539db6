import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  decodeCheckpoint,
  decodeModel,
  decodeTfjsModel,
  encodeCheckpoint,
  encodeModel,
  encodeTfjsModel,
  type SerializationError,
} from '../../src/index.js';
import {
  makeWritableFolder,
  readCheckpoint,
  readModel,
  writeCheckpoint,
  writeModel,
  writeTfjsModel,
  writeWhole,
} from '../../src/node/index.js';
import { digitModel } from '../digit-samples.js';
import { TINY_CHECKPOINT, TINY_MODEL } from '../samples.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'a.safetensors');
});

describe('what was written is read', () => {
  test('a model', async () => {
    await writeModel(path, digitModel());
    expect(await readModel(path)).toEqual(digitModel());
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  test('a checkpoint', async () => {
    await writeCheckpoint(path, TINY_CHECKPOINT);
    expect(await readCheckpoint(path)).toEqual(TINY_CHECKPOINT);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  test('a TensorFlow.js model, by its folder or its model.json', async () => {
    const export_ = join(folder, 'new', 'export');
    await writeTfjsModel(export_, TINY_MODEL);
    expect(readdirSync(export_).sort()).toEqual(['model.json', 'weights.bin']);
    const model = { ...TINY_MODEL, receipt: {} };
    expect(await readModel(export_)).toEqual(model);
    expect(await readModel(`${export_}/`)).toEqual(model);
    expect(await readModel(join(export_, 'model.json'))).toEqual(model);
  });

  test('over an old one', async () => {
    await writeModel(path, digitModel());
    await writeModel(path, TINY_MODEL);
    expect(await readModel(path)).toEqual(TINY_MODEL);
    await writeTfjsModel(folder, digitModel());
    await writeTfjsModel(folder, TINY_MODEL);
    expect(await readModel(folder)).toEqual({ ...TINY_MODEL, receipt: {} });
  });

  test('through a symbolic link', async () => {
    await writeModel(path, TINY_MODEL);
    symlinkSync(path, join(folder, 'link'));
    expect(await readModel(join(folder, 'link'))).toEqual(TINY_MODEL);
  });
});

describe.each([
  ['readModel', readModel],
  ['readCheckpoint', readCheckpoint],
])('%s refuses, and names the path', (_, read: (path: string) => Promise<unknown>) => {
  test('a file that is not there', async () => {
    await expect(read(path)).rejects.toMatchObject({
      name: 'SerializationError',
      code: 'FILE_MISSING',
      message: `${path}: expected a file, found none of that name`,
    });
  });

  test('a path below a file', async () => {
    writeFileSync(path, '');
    await expect(read(join(path, 'b'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  test('a link that leads nowhere, and one that leads to itself', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
    await expect(read(join(folder, 'dangling'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    await expect(read(join(folder, 'loop'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('a path that no file can have', async () => {
    await expect(read('a\0b')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('an empty file', async () => {
    writeFileSync(path, '');
    await expect(read(path)).rejects.toMatchObject({
      code: 'FILE_TRUNCATED',
      message: `${path}, header: expected at least 8 bytes, found 0 (at byte 0)`,
    });
  });

  test('a damaged file', async () => {
    const bytes = await encodeModel(TINY_MODEL);
    bytes[bytes.length - 1] = 1;
    writeFileSync(path, bytes);
    const error = await read(path).catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'FILE_DAMAGED',
      subject: `${path}, data`,
      expected: expect.stringMatching(/^SHA-256 [0-9a-f]{64}$/),
      found: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { message, expected, cause } = error as SerializationError;
    expect(message).toContain(`${path}, data: expected ${expected}, found`);
    expect(cause).toMatchObject({ code: 'FILE_DAMAGED', subject: 'data' });
  });

  test('a file of more than 1 GiB, without reading it', async () => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 30 + 1);
    await expect(read(path)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `${path}: expected at most 1073741824 bytes, found 1073741825`,
    });
  });

  test('a sparse file', async () => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 26);
    await expect(read(path)).rejects.toMatchObject({ code: 'FILE_NOT_SAFETENSORS' });
  });

  test('a pipe that no one writes to, without waiting', async ({ skip }) => {
    if (process.platform === 'win32') skip('there are no pipes with names');
    execFileSync('mkfifo', [path]);
    await expect(read(path)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `${path}: expected a file, found a device`,
    });
  });

  test('a device without end', async ({ skip }) => {
    if (!existsSync('/dev/zero')) skip('there is no /dev/zero');
    await expect(read('/dev/zero')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: '/dev/zero: expected a file, found a device',
    });
  });

  // It has hundreds of terabytes, and says that it has none.
  test('a file of the system that does not say its size', async ({ skip }) => {
    if (!existsSync('/proc/self/pagemap')) skip('there is no /proc');
    await expect(read('/proc/self/pagemap')).rejects.toMatchObject({ code: 'FILE_TRUNCATED' });
  });
});

test('a Buffer of Node is decoded like any bytes, and left as it is', async () => {
  const files: [typeof decodeModel | typeof decodeCheckpoint, Uint8Array][] = [
    [decodeModel, await encodeModel(TINY_MODEL)],
    [decodeCheckpoint, await encodeCheckpoint(TINY_CHECKPOINT)],
  ];
  for (const [decode, file] of files) {
    const buffer = Buffer.from(file);
    const decoded = await decode(buffer);
    expect(decoded).toEqual(await decode(file));
    expect(buffer.equals(file)).toBe(true);
  }
  const tfjs = encodeTfjsModel(TINY_MODEL);
  const buffers = {
    'model.json': Buffer.from(tfjs['model.json']),
    'weights.bin': Buffer.from(tfjs['weights.bin']),
  };
  expect(decodeTfjsModel(buffers)).toEqual(decodeTfjsModel(tfjs));
});

test('readCheckpoint refuses a folder', async () => {
  await expect(readCheckpoint(folder)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: `${folder}: expected a file, found a folder`,
  });
});

describe('a folder without a whole TensorFlow.js model', () => {
  test('is empty', async () => {
    await expect(readModel(folder)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      subject: join(folder, 'model.json'),
    });
  });

  test('has no weights', async () => {
    await writeTfjsModel(folder, TINY_MODEL);
    rmSync(join(folder, 'weights.bin'));
    await expect(readModel(folder)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      subject: join(folder, 'weights.bin'),
    });
  });

  test('has damaged weights', async () => {
    await writeTfjsModel(folder, TINY_MODEL);
    truncateSync(join(folder, 'weights.bin'), 20);
    await expect(readModel(folder)).rejects.toMatchObject({
      code: 'FILE_TRUNCATED',
      message: `${folder}/model.json, weights.bin: expected 24 bytes, found 20 (at byte 20)`,
    });
  });

  test('has a folder named model.json', async () => {
    mkdirSync(join(folder, 'model.json'));
    await expect(readModel(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('has a model.json that names other files: they are not read', async () => {
    await writeTfjsModel(folder, TINY_MODEL);
    const file = join(folder, 'model.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"weights.bin"', '"../../../../../../etc/passwd"'));
    expect(await readModel(folder)).toEqual({ ...TINY_MODEL, receipt: {} });
  });
});

describe('a place that cannot be written to', () => {
  const writers: [string, (path: string) => Promise<void>][] = [
    ['writeModel', (place) => writeModel(place, TINY_MODEL)],
    ['writeCheckpoint', (place) => writeCheckpoint(place, TINY_CHECKPOINT)],
  ];

  test.each(writers)('%s, below a file', async (_, write) => {
    writeFileSync(path, 'old');
    const error = await write(join(path, 'b')).catch((reason) => reason);
    expect(error).toMatchObject({
      name: 'SerializationError',
      code: 'FILE_WRITE_FAILED',
      subject: join(path, 'b'),
      expected: `to write into ${path}`,
      found: expect.stringContaining('ENOTDIR'),
    });
    expect(error.message).toContain(`${join(path, 'b')}: expected to write into ${path}, found`);
    expect(error.cause).toMatchObject({ code: 'ENOTDIR' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  test.each(writers)('%s, in a folder that is not there', async (_, write) => {
    const place = join(folder, 'no', 'a');
    await expect(write(place)).rejects.toMatchObject({ code: 'FILE_WRITE_FAILED', subject: place });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(writers)('%s, over a folder', async (_, write) => {
    mkdirSync(path);
    await expect(write(path)).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
      message: expect.stringContaining(`${path}: expected a file or none, found a folder`),
    });
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  test.each(writers)('%s, over a device, which would be gone then', async (_, write) => {
    if (process.platform !== 'win32') execFileSync('mkfifo', [path]);
    const place = process.platform === 'win32' ? String.raw`\\.\NUL` : path;
    await expect(write(place)).rejects.toMatchObject({ code: 'FILE_WRITE_FAILED' });
    if (place === path)
      expect(execFileSync('ls', ['-l', path], { encoding: 'utf8' })).toMatch(/^p/);
  });

  test('writeTfjsModel, below a file', async () => {
    writeFileSync(path, 'old');
    await expect(writeTfjsModel(join(path, 'b'), TINY_MODEL)).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
      subject: join(path, 'b'),
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('bytes that could not be read again', async () => {
    await expect(writeWhole(path, new Uint8Array(2 ** 30 + 1))).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
      expected: 'at most 1073741824 bytes',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('makeWritableFolder', () => {
  test('makes a folder and those above it, and leaves nothing in it', async () => {
    const made = join(folder, 'a', 'b');
    await makeWritableFolder(made);
    await makeWritableFolder(made);
    expect(readdirSync(made)).toEqual([]);
  });

  test('says of a file in the way that it is no folder to write into', async () => {
    writeFileSync(path, 'old');
    for (const place of [path, join(path, 'b')]) {
      await expect(makeWritableFolder(place)).rejects.toMatchObject({
        code: 'FILE_WRITE_FAILED',
        subject: place,
        expected: 'a folder to write into',
      });
    }
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

test('what cannot be encoded leaves the old file', async () => {
  await writeModel(path, TINY_MODEL);
  const bad = { ...TINY_MODEL, pixelScale: Number.NaN };
  await expect(writeModel(path, bad)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  expect(await readModel(path)).toEqual(TINY_MODEL);
  await writeCheckpoint(path, TINY_CHECKPOINT);
  const arrays = { a: { shape: [2], data: new Float32Array(3) } };
  await expect(writeCheckpoint(path, { ...TINY_CHECKPOINT, arrays })).rejects.toMatchObject({
    code: 'FILE_INVALID_CONTENT',
  });
  expect(await readCheckpoint(path)).toEqual(TINY_CHECKPOINT);
  expect(readdirSync(folder)).toEqual(['a.safetensors']);
});
