import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { drawDigits } from '@softreg/datasets';
import { encodeIdx } from '@softreg/idx';
import { mnistFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { readImage } from '../src/images/read-image.js';
import { fourImages, PIXELS, show } from './four-images.js';
import { shownLines } from './readme-log.js';

const lines = (text: string) => text.replace(/\n$/, '').split('\n');
const objects = (text: string) => lines(text).map((line) => JSON.parse(line));
const ESCAPE = '\u001B[';

let folder: string;
let images: string;
let labels: string;

beforeEach(() => {
  ({ folder, images, labels } = fourImages());
});

describe('data show FILE', () => {
  test('without a terminal draws with shades, side by side, below what each is', async () => {
    const { code, stdout, stderr } = await show([images]);
    expect([code, stderr]).toEqual([0, '']);
    expect(lines(stdout)).toEqual([
      '#0  7  #1  2  #2  7  #3  0',
      '█       █       █       █',
      '▒  ░    ▒ ░     ▒░      ▒',
    ]);
  });

  test.each([
    [12, ['#0  7  #1  2', '#2  7']],
    [11, ['#0  7', '#1  2', '#2  7']],
  ])('as many side by side as fit into %i places', async (stdoutColumns, heads) => {
    const env = { NO_COLOR: '1' };
    const { stdout } = await show([images, '--count', '3'], { stdoutColumns, env });
    expect(lines(stdout).filter((line) => line.startsWith('#'))).toEqual(heads);
  });

  test('smaller, where one alone is too wide', async () => {
    const narrow = await show([images, '--count', '1'], {
      stdoutColumns: 2,
      env: { NO_COLOR: '1' },
    });
    expect(lines(narrow.stdout)).toEqual(['#0', '▒░']);
  });

  test('in a terminal of 24-bit color draws two pixels a place', async () => {
    const { stdout } = await show([images, '--count', '1', '--from', '3'], {
      stdoutColumns: 80,
      env: { COLORTERM: 'truecolor' },
    });
    const white = '2;255;255;255';
    const black = '2;0;0;0';
    expect(lines(stdout)).toEqual([
      '#3  0',
      `${ESCAPE}38;${black};48;${black}m▀▀▀${ESCAPE}38;${white};48;${white}m▀${ESCAPE}0m`,
      `${ESCAPE}38;${black};49m▀▀▀${ESCAPE}38;${white};49m▀${ESCAPE}0m`,
    ]);
  });

  test('in another terminal takes the grays of 256 colors', async () => {
    const { stdout } = await show([images, '--count', '1'], { stdoutColumns: 80 });
    const [, first, second] = lines(stdout);
    expect(first).toBe(`${ESCAPE}38;5;231;48;5;231m▀${ESCAPE}38;5;16;48;5;16m▀▀▀${ESCAPE}0m`);
    expect(second).toContain(`${ESCAPE}38;5;244;49m▀`);
  });

  test.each([
    [{ NO_COLOR: '1', COLORTERM: 'truecolor' }, 80],
    [{ TERM: 'dumb' }, 80],
    [{ COLORTERM: 'truecolor' }, undefined],
  ])('takes no colors with %j and a terminal of %s', async (env, stdoutColumns) => {
    const { stdout } = await show([images], { env, ...(stdoutColumns && { stdoutColumns }) });
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('█');
  });

  test('--from, --count and --label choose', async () => {
    const indices = async (...flags: string[]) =>
      objects((await show([images, '--json', ...flags])).stdout).map(({ index }) => index);
    expect(await indices('--from', '1', '--count', '2')).toEqual([1, 2]);
    expect(await indices('--from', '3')).toEqual([3]);
    expect(await indices('--label', '7')).toEqual([0, 2]);
    expect(await indices('--label', '7', '--from', '1')).toEqual([2]);
    expect(await indices('--label', '7', '--count', '1')).toEqual([0]);
  });

  test('--json gives an object an image', async () => {
    const { stdout } = await show([images, '--json', '--from', '2', '--count', '1']);
    expect(objects(stdout)).toEqual([
      {
        event: 'image',
        index: 2,
        label: 7,
        className: null,
        height: 3,
        width: 4,
        pixels: Array.from(PIXELS.subarray(24, 36)),
      },
    ]);
  });

  test('reads gzipped files alike, with labels of another form', async () => {
    writeFileSync(`${images}.gz`, gzipSync(readFileSync(images)));
    const { stdout } = await show([`${images}.gz`, '--json', '--label', '7']);
    rmSync(labels);
    writeFileSync(
      `${labels}.gz`,
      gzipSync(encodeIdx({ type: 'uint8', shape: [4], data: Uint8Array.of(7, 2, 7, 0) })),
    );
    const raw = await show([images, '--json', '--label', '7']);
    expect(raw.stdout).toBe(stdout);
    expect(objects(stdout)[1]).toMatchObject({
      index: 2,
      pixels: Array.from(PIXELS.subarray(24, 36)),
    });
  });

  test('reads no further than it must', async () => {
    // The second half of the .gz is nonsense, which nobody looks at.
    const many = new Uint8Array(2 ** 22).map((_, i) => (i * 2654435761) >>> 24);
    const bytes = gzipSync(encodeIdx({ type: 'uint8', shape: [2 ** 12, 32, 32], data: many }));
    bytes.fill(0, bytes.length >> 1);
    const path = join(folder, 'many');
    writeFileSync(path, bytes);
    expect((await show([path, '--count', '1'])).code).toBe(0);
    const beyond = await show([path, '--from', '4000']);
    expect(beyond.code).toBe(3);
    expect(beyond.stderr).toMatch(/^error: .*many: expected a complete gzip stream[^\n]*\n$/);
  });

  test('of rank 2 is one image', async () => {
    for (const zip of [false, true]) {
      const bytes = encodeIdx({ type: 'uint8', shape: [3, 4], data: PIXELS.subarray(12, 24) });
      const path = join(folder, 'one');
      writeFileSync(path, zip ? gzipSync(bytes) : bytes);
      expect(lines((await show([path])).stdout)).toEqual(['#0', ' █', ' ▒ ░']);
    }
  });

  test('takes labels from --labels', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, encodeIdx({ type: 'uint8', shape: [4], data: Uint8Array.of(1, 2, 3, 4) }));
    const { stdout } = await show([images, '--labels', other]);
    expect(lines(stdout)[0]).toBe('#0  1  #1  2  #2  3  #3  4');
  });

  test('leaves labels beside it out that do not belong to it, and says so', async () => {
    writeFileSync(labels, encodeIdx({ type: 'uint8', shape: [3], data: new Uint8Array(3) }));
    const { code, stdout, stderr } = await show([images]);
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toBe('#0    #1    #2    #3');
    expect(stderr).toMatch(
      /^shown without labels: .*expected 4 labels, one for each image of .*, found 3/,
    );
  });
});

describe('data show --dataset', () => {
  test('of digits draws no more than it shows', async () => {
    const { stdout } = await show([
      '--dataset',
      'digits',
      '--split',
      'validation',
      '--from',
      '9998',
      '--json',
    ]);
    const { images: all, labels: known } = drawDigits({ part: 'train', first: 59_998, count: 2 });
    expect(objects(stdout)).toEqual(
      [0, 1].map((i) => ({
        event: 'image',
        index: 9998 + i,
        label: known[i],
        className: String(known[i]),
        height: 28,
        width: 28,
        pixels: Array.from(all.subarray(i * 784, (i + 1) * 784)),
      })),
    );
    const sevens = objects((await show(['--dataset', 'digits', '--label', '7', '--json'])).stdout);
    expect(sevens.map(({ label }) => label)).toEqual(Array(10).fill(7));
  });

  test.skipIf(mnistFolder() === undefined)('of MNIST shows its first test digits', async () => {
    const env = { SOFTREG_DATA_DIR: mnistFolder() ?? '' };
    const found = objects((await show(['--json'], { env })).stdout);
    expect(found.map(({ label }) => label).join('')).toBe('7210414959');
    const text = await show(['--count', '2'], { env });
    const shown = shownLines(new URL('../README.md', import.meta.url), /^\$ softreg data show/);
    expect(shown.length).toBeGreaterThan(10);
    expect(lines(text.stdout).filter((line) => line !== '')).toEqual(
      shown.filter((line) => line !== ''),
    );
  });
});

describe('data show --png', () => {
  test('writes all images into one gray picture, and tells their order', async () => {
    const png = join(folder, 'sheet.png');
    const { code, stdout } = await show([images, '--png', png]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${png}: 26 x 7 pixels; 4 of ${images}: images 0 to 3, row by row, 4 in a row\n\n` +
        'labels, a line for each row and its first image:\n#0  7  2  7  0\n',
    );
    const header = readFileSync(png);
    // Bit depth 8, gray without alpha (PNG specification, section 11.2.1).
    expect([...header.subarray(24, 26)]).toEqual([8, 0]);
    const sheet = await readImage(png);
    expect([sheet.width, sheet.height]).toEqual([26, 7]);
    for (let image = 0; image < 4; image++) {
      for (let y = 0; y < 3; y++) {
        const at = (2 + y) * 26 + 2 + image * 6;
        expect([...sheet.data.subarray(at, at + 4)]).toEqual([
          ...PIXELS.subarray(image * 12 + y * 4, image * 12 + y * 4 + 4),
        ]);
        expect(sheet.data[at + 4]).toBe(96);
      }
    }
  });

  test('has 100 images unless told otherwise', async () => {
    const png = join(folder, 'sheet.png');
    const digits = await show(['--dataset', 'digits', '--png', png, '--json']);
    const [event] = objects(digits.stdout);
    expect(event).toMatchObject({
      event: 'sheet',
      path: png,
      width: 302,
      height: 302,
      columns: 10,
    });
    expect(event.indices).toHaveLength(100);
    expect(event.labels).toEqual([...drawDigits({ part: 'test', count: 100 }).labels]);
  });
});
