import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { readLibtensorflow } from '../src/libtensorflow.js';
import { write } from './fakes.js';

const HEADERS = ['include/tensorflow/c/c_api.h', 'include/tensorflow/c/eager/c_api.h'];

let folder: string;

beforeEach(() => {
  folder = realpathSync(temporaryFolder());
  expect(readdirSync(folder)).toEqual([]);
});

async function read(files: readonly string[]): Promise<Record<string, string>> {
  for (const file of files) write(join(folder, file), '');
  const { include, libraries } = await readLibtensorflow(folder);
  expect(include).toBe(join(folder, 'include'));
  return Object.fromEntries(libraries.map(({ name, path }) => [name, relative(folder, path)]));
}

test('the folder of a Python package', async () => {
  expect(await read([...HEADERS, 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])).toEqual(
    {
      'libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
    },
  );
});

test('an archive of the C library whose links were lost in unpacking', async () => {
  const libraries = ['lib/libtensorflow.so.2.9.1', 'lib/libtensorflow_framework.so.2.9.1'];
  expect(await read([...HEADERS, ...libraries])).toEqual({
    'libtensorflow.so.2': 'lib/libtensorflow.so.2.9.1',
    'libtensorflow_framework.so.2': 'lib/libtensorflow_framework.so.2.9.1',
  });
});

test('an archive that has no version in its names', async () => {
  expect(
    await read([...HEADERS, 'lib/libtensorflow.so', 'lib/libtensorflow_framework.so']),
  ).toEqual({
    'libtensorflow.so.2': 'lib/libtensorflow.so',
    'libtensorflow_framework.so.2': 'lib/libtensorflow_framework.so',
  });
});

describe('is refused', () => {
  const whole = [...HEADERS, 'lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2'];

  test.each(whole)('without %s', async (missing) => {
    await expect(read(whole.filter((file) => file !== missing))).rejects.toMatchObject({
      code: 'BINDING_INVALID_ARGUMENT',
      message: expect.stringContaining(`${folder}: expected include/tensorflow/c`),
    });
  });

  test('with libraries of TensorFlow 1 alone', async () => {
    const old = ['lib/libtensorflow.so.1', 'lib/libtensorflow_framework.so.1'];
    await expect(read([...HEADERS, ...old])).rejects.toThrow('found not all of them');
  });

  test('where there is no folder', async () => {
    rmSync(folder, { recursive: true });
    await expect(readLibtensorflow(folder)).rejects.toMatchObject({
      code: 'BINDING_INVALID_ARGUMENT',
    });
  });
});
