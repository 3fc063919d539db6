import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOG, DatasetError, loadDataset, MNIST } from '../../src/index.js';
import { parseDatasetEntry, readDatasetEntry } from '../../src/node/index.js';
import { entryOf, filesOf, memoryFiles } from '../synthetic-set.js';

const FILES = filesOf();
const ENTRY = await entryOf(FILES, ['https://data.invalid/set/', 'http://127.0.0.1:8080/']);

/** JSON of the entry with some fields changed; a path such as `files.trainImages.bytes` leads into it. */
function changed(path: string, value: unknown): string {
  const entry = structuredClone(ENTRY) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  let parent = entry;
  for (const step of steps.slice(0, -1)) parent = parent[step] as Record<string, unknown>;
  parent[steps.at(-1) as string] = value;
  return JSON.stringify(entry);
}

test('an entry comes back as it was', async () => {
  const entry = parseDatasetEntry(JSON.stringify(ENTRY));
  expect(entry).toEqual(ENTRY);
  const { train } = await loadDataset(entry, memoryFiles(FILES).openFile);
  expect(train.count).toBe(12);
});

test.each(CATALOG)('$name’s own would do, by another name', (entry) => {
  const mine = { ...entry, name: 'mine' };
  expect(parseDatasetEntry(JSON.stringify(mine))).toEqual(mine);
});

test('mirrors get a final slash, and there may be none', () => {
  const entry = parseDatasetEntry(changed('mirrors', ['https://data.invalid/set', 'http://[::1]']));
  expect(entry.mirrors).toEqual(['https://data.invalid/set/', 'http://[::1]/']);
  expect(parseDatasetEntry(changed('mirrors', [])).mirrors).toEqual([]);
});

const MD5 = '8d4fb7e6c68d591d4c3dfef9ec88bf0d';

test('MD5 of the .gz may stand in for SHA-256, or be there too', () => {
  const { name, bytes, sha256 } = ENTRY.files.testLabels;
  for (const file of [
    { name, bytes, gzipMd5: MD5 },
    { name, bytes, sha256, gzipMd5: MD5 },
  ]) {
    expect(parseDatasetEntry(changed('files.testLabels', file)).files.testLabels).toEqual(file);
  }
});

const { name, bytes, sha256 } = ENTRY.files.trainImages;

test('files that memory may not hold are for sets without mirrors: downloads are checked in memory', () => {
  const bytes = 2 ** 32;
  const entry = structuredClone(ENTRY);
  const large = { ...entry.files, trainImages: { ...entry.files.trainImages, bytes } };
  const json = (mirrors: readonly string[]) => JSON.stringify({ ...entry, files: large, mirrors });
  expect(parseDatasetEntry(json([])).files.trainImages.bytes).toBe(bytes);
  expect(() => parseDatasetEntry(json(['https://example.org/']))).toThrow(
    'files.trainImages.bytes: expected 8 to 1073741824, found 4294967296',
  );
});

describe('a fault is one sentence', () => {
  test.each<readonly [string, string | RegExp]>([
    ['{', /^my\.json: expected JSON, found /],
    ['[]', 'my.json: expected an object, found a list'],
    ['null', 'my.json: expected an object, found null'],
    ['7', 'my.json: expected an object, found 7'],
    ['{"name":"a"}', 'my.json: expected a field title, found none'],
    [
      changed('pixels', 1),
      'my.json: expected no fields but name, title, classNames, files, mirrors, found pixels',
    ],
    [
      changed('name', 'mnist'),
      'my.json, name: expected a name that no built-in set has, found mnist',
    ],
    [changed('name', 'Mine'), 'my.json, name: expected lower-case letters, found Mine'],
    [changed('title', ''), 'my.json, title: expected 1 to 200 printable characters, found nothing'],
    [
      changed('title', 'a\u001b[2Jb'),
      'my.json, title: expected 1 to 200 printable characters, found a?[2Jb',
    ],
    [changed('title', 3), 'my.json, title: expected text, found 3'],
    [changed('classNames', 'abc'), 'my.json, classNames: expected a list, found abc'],
    [changed('classNames', ['one']), 'my.json, classNames: expected 2 to 256 values, found 1'],
    [
      changed('classNames', Array(257).fill('a')),
      'my.json, classNames: expected 2 to 256 values, found 257',
    ],
    [changed('classNames', ['a', null]), 'my.json, classNames[1]: expected text, found null'],
    [
      changed('classNames', ['a', 'b', 'a']),
      'my.json, classNames: expected names that differ, found a twice',
    ],
    [changed('files', {}), 'my.json, files: expected a field trainImages, found none'],
    [
      changed('files.validation', {}),
      'my.json, files: expected no fields but trainImages, trainLabels, testImages, testLabels, found validation',
    ],
    [
      changed('files.trainImages', []),
      'my.json, files.trainImages: expected an object, found a list',
    ],
    [
      changed('files.trainImages', { name, bytes }),
      'my.json, files.trainImages: expected sha256 (of the raw file) or gzipMd5 (of the .gz), found neither',
    ],
    [
      changed('files.trainImages', { name, bytes, sha256, url: '' }),
      'my.json, files.trainImages: expected no fields but name, bytes, sha256, gzipMd5, found url',
    ],
    [
      changed('files.trainImages.name', 'images.gz'),
      'my.json, files.trainImages.name: expected a name without .gz, found images.gz',
    ],
    [
      changed('files.trainImages.name', ENTRY.files.testLabels.name.toUpperCase()),
      'my.json, files: expected names that differ, found test-labels twice',
    ],
    ...[-1, 7, 1.5, 2 ** 30 + 1, '60', null].map(
      (value) =>
        [
          changed('files.trainImages.bytes', value),
          `my.json, files.trainImages.bytes: expected 8 to 1073741824, found ${value}`,
        ] as const,
    ),
    ...[sha256.slice(1), sha256.toUpperCase(), `${sha256}0`, 7].map(
      (value) =>
        [
          changed('files.trainImages.sha256', value),
          `my.json, files.trainImages.sha256: expected 64 lower-case hexadecimal digits, found ${value}`,
        ] as const,
    ),
    [
      changed('files.trainImages.gzipMd5', 'x'.repeat(32)),
      `my.json, files.trainImages.gzipMd5: expected 32 lower-case hexadecimal digits, found ${'x'.repeat(32)}`,
    ],
    [changed('mirrors', {}), 'my.json, mirrors: expected a list, found an object'],
    ...[
      'http://data.invalid/',
      'ftp://data.invalid/',
      'file:///etc/',
      'data.invalid/set/',
      'https://data.invalid/?set=1',
      'https://data.invalid/#set',
      'https://me:secret@data.invalid/',
      'http://127.0.0.1.data.invalid/',
    ].map(
      (value) =>
        [
          changed('mirrors', ['https://data.invalid/', value]),
          `my.json, mirrors[1]: expected the https address of a folder, found ${value}`,
        ] as const,
    ),
  ])('%s', (json, message) => {
    const error = faultOf(json);
    expect(error).toMatchObject({ code: 'DATASET_FILE_DAMAGED' });
    expect(error.message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });

  const names = ['', '.', '..', '../up', 'a/b', 'a\\b', '.hidden', 'a.', 'a..b', 'con', 'NUL.txt'];
  test.each([...names, 'C:x', 'é', 'a b', 'a'.repeat(101)])('a name such as "%s"', (unsafe) => {
    for (const path of ['name', 'files.testImages.name']) {
      expect(faultOf(changed(path, unsafe)).message).toContain(`my.json, ${path}: expected `);
    }
  });
});

function faultOf(json: string): Error {
  try {
    parseDatasetEntry(json, 'my.json');
  } catch (error) {
    return error as Error;
  }
  expect.unreachable();
}

test('whatever the JSON, the outcome is an entry or a DatasetError of one line', () => {
  const parts = fc.constantFrom(...Object.keys(ENTRY), ...Object.keys(ENTRY.files), '__proto__');
  const values = fc.oneof(fc.jsonValue(), fc.dictionary(parts, fc.jsonValue()));
  const paths = fc.constantFrom(
    'name',
    'title',
    'classNames',
    'files',
    'mirrors',
    'files.testImages',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        values.map((v) => JSON.stringify(v)),
        fc.tuple(paths, values).map(([p, v]) => changed(p, v)),
      ),
      (json) => {
        try {
          parseDatasetEntry(json);
        } catch (error) {
          expect(DatasetError.isInstance(error)).toBe(true);
          expect((error as Error).message).not.toMatch(/\p{Cc}/u);
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(Object.prototype).not.toHaveProperty('name');
});

describe('readDatasetEntry', () => {
  test('reads a file', async () => {
    const path = join(temporaryFolder(), 'my.json');
    writeFileSync(path, JSON.stringify(ENTRY));
    expect(await readDatasetEntry(path)).toEqual(ENTRY);
    writeFileSync(path, JSON.stringify({ ...ENTRY, name: MNIST.name }));
    await expect(readDatasetEntry(path)).rejects.toMatchObject({ subject: `${path}, name` });
  });

  test.each([
    ['no file', () => undefined],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('%s', async (_, make) => {
    const path = join(temporaryFolder(), 'my.json');
    make(path);
    await expect(readDatasetEntry(path)).rejects.toMatchObject({
      code: 'DATASET_FILE_MISSING',
      subject: path,
    });
  });

  test('a very large file is not read', async () => {
    const path = join(temporaryFolder(), 'my.json');
    writeFileSync(path, ' '.repeat(2 ** 18 + 1));
    await expect(readDatasetEntry(path)).rejects.toMatchObject({
      code: 'DATASET_FILE_DAMAGED',
      found: 'one of 262145',
    });
  });
});
