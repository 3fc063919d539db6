import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIdx } from '@softreg/idx';
import { beforeEach, describe, expect, test } from 'vitest';
import { fourImages, show } from './four-images.js';

let folder: string;
let images: string;
let labels: string;

beforeEach(() => {
  ({ folder, images, labels } = fourImages());
});

describe('is refused', () => {
  const cases: [string, () => string[], number, RegExp][] = [
    [
      '--from beyond the end',
      () => [images, '--from', '4'],
      2,
      /--from: expected 0 to 3, .* found 4/,
    ],
    [
      '--from -1',
      () => [images, '--from', '-1'],
      2,
      /--from: expected a whole number of 0 or more, found -1/,
    ],
    [
      '--count 0',
      () => [images, '--count', '0'],
      2,
      /--count: expected a whole number of 1 or more/,
    ],
    [
      'a label that is none',
      () => [images, '--label', 'x'],
      2,
      /--label: expected 0 to 255, found x/,
    ],
    ['a label that does not occur', () => [images, '--label', '5'], 2, /found no 5/],
    [
      'a label without labels',
      () => {
        rmSync(labels);
        return [images, '--label', '7'];
      },
      2,
      /--label: expected a file of labels .*; name it with --labels/,
    ],
    [
      'a class that is none',
      () => ['--dataset', 'digits', '--label', '10'],
      2,
      /--label: expected 0 to 9, found 10/,
    ],
    [
      'digits beyond the end',
      () => ['--dataset', 'digits', '--from', '10000'],
      2,
      /--from: expected 0 to 9999/,
    ],
    [
      'a file that is not there',
      () => [join(folder, 'none')],
      3,
      /none: expected an IDX file, found no regular file/,
    ],
    ['a folder', () => [folder], 3, /found no regular file/],
    ['a file of labels', () => [labels], 3, /rank 3 .* found uint8 of shape 4; softreg data info/],
    [
      'no IDX file',
      () => {
        writeFileSync(images, 'hello, world');
        return [images];
      },
      3,
      /expected an IDX file/,
    ],
    [
      'a cut file',
      () => {
        writeFileSync(images, readFileSync(images).subarray(0, 40));
        return [images];
      },
      3,
      /expected 64 bytes, as its header says, found the end of the file after 40/,
    ],
    [
      'a file of no images',
      () => {
        writeFileSync(
          images,
          encodeIdx({ type: 'uint8', shape: [0, 3, 4], data: new Uint8Array(0) }),
        );
        return [images];
      },
      3,
      /expected at least one image/,
    ],
    [
      'a file of numbers',
      () => {
        writeFileSync(
          images,
          encodeIdx({ type: 'int16', shape: [1, 1, 1], data: new Int16Array(1) }),
        );
        return [images];
      },
      3,
      /expected bytes of rank 3.* found int16/,
    ],
    [
      'labels that are not there',
      () => [images, '--labels', join(folder, 'x')],
      3,
      /x: expected an IDX file/,
    ],
    ['labels that are images', () => [images, '--labels', images], 3, /bytes of rank 1 \(labels\)/],
    [
      'labels of other images',
      () => {
        writeFileSync(labels, encodeIdx({ type: 'uint8', shape: [3], data: new Uint8Array(3) }));
        return [images, '--labels', labels];
      },
      3,
      /expected 4 labels, one for each image of .*, found 3; name the file/,
    ],
    [
      '--labels without a file',
      () => ['--labels', labels],
      2,
      /--labels: expected an IDX file to go with it/,
    ],
    [
      '--split with a file',
      () => [images, '--split', 'test'],
      2,
      /--split: expected a data set alone/,
    ],
    [
      '--dataset with a file',
      () => [images, '--dataset', 'mnist'],
      2,
      /--dataset: expected a data set/,
    ],
    [
      '--data-dir with a file',
      () => [images, '--data-dir', folder],
      2,
      /--data-dir: expected a data set/,
    ],
    ['--split all', () => ['--split', 'all'], 2, /Allowed choices are test, validation, train/],
    [
      'a PNG file in no folder',
      () => [images, '--png', join(folder, 'no', 'a.png')],
      4,
      /a\.png: .*ENOENT/,
    ],
    [
      'a PNG file in the place of a folder',
      () => {
        mkdirSync(join(folder, 'a.png'));
        return [images, '--png', join(folder, 'a.png')];
      },
      4,
      /a\.png: expected a file or none/,
    ],
  ];

  test.each(cases)('%s', async (_, argv, code, message) => {
    const result = await show(argv());
    expect(result.stderr).toMatch(/^error: [^\n]+\n$/);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
  });

  test('a picture of more pixels than can be read again', async () => {
    const large = join(folder, 'large');
    const shape = [60, 1000, 1000];
    writeFileSync(large, encodeIdx({ type: 'uint8', shape, data: new Uint8Array(6e7) }));
    const png = join(folder, 'large.png');
    const { code, stderr } = await show([large, '--png', png]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: --count: expected images of 50 million pixels .*found 60 images of 60\.2/,
    );
    expect(existsSync(png)).toBe(false);
    expect((await show([large, '--png', png, '--count', '4'])).code).toBe(0);
  });
});
