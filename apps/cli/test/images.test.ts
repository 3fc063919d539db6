import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

const folder = temporaryFolder();
const model = join(folder, 'model.safetensors');

/** Class 1 has its weights in the middle columns, class 0 in the middle rows: a model of upright and lying bars. */
beforeAll(async () => {
  const weights = new Float32Array(784 * 2);
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      if (y >= 12 && y < 16) weights[2 * (28 * y + x)] = 1;
      if (x >= 12 && x < 16) weights[2 * (28 * y + x) + 1] = 1;
    }
  }
  await writeModel(model, {
    parameters: { features: 784, classes: 2, weights, bias: new Float32Array(2) },
    imageHeight: 28,
    imageWidth: 28,
    classNames: ['lying', 'upright'],
    pixelScale: 256,
    receipt: {},
  });
});

/** Ink 0 to 1 of a bar in a picture of `side` x `side` pixels, with room around it. */
function bar(side: number, upright: boolean): number[] {
  return Array.from({ length: side * side }, (_, i) => {
    const [along, across] = upright
      ? [Math.floor(i / side), i % side]
      : [i % side, Math.floor(i / side)];
    const long = along >= side * 0.2 && along < side * 0.8;
    return long && Math.abs(across - side / 2) < side * 0.06 ? 1 : 0;
  });
}

type Paint = (ink: number[], side: number) => { name: string; bytes: Uint8Array };

const png = (
  data: Uint8Array | Uint16Array,
  side: number,
  channels: number,
  depth: 1 | 8 | 16 = 8,
) => encode({ width: side, height: side, data, channels, depth });

const PAINTS: [string, Paint][] = [
  [
    'light on dark PNG',
    (ink, side) => ({
      name: 'a.png',
      bytes: png(
        Uint8Array.from(ink, (v) => 255 * v),
        side,
        1,
      ),
    }),
  ],
  [
    'dark on light PNG',
    (ink, side) => ({
      name: 'b.png',
      bytes: png(
        Uint8Array.from(ink, (v) => 255 - 255 * v),
        side,
        1,
      ),
    }),
  ],
  [
    '16-bit PNG',
    (ink, side) => ({
      name: 'c.png',
      bytes: png(
        Uint16Array.from(ink, (v) => 65535 * v),
        side,
        1,
        16,
      ),
    }),
  ],
  [
    'RGB PNG',
    (ink, side) => ({
      name: 'd.png',
      bytes: png(Uint8Array.from(ink.flatMap((v) => [250 * v, 240 * v, 230 * v])), side, 3),
    }),
  ],
  [
    'black ink on a transparent PNG',
    (ink, side) => ({
      name: 'e.png',
      bytes: png(Uint8Array.from(ink.flatMap((v) => [0, 0, 0, 255 * v])), side, 4),
    }),
  ],
  [
    'JPEG named as PNG',
    (ink, side) => {
      const data = Uint8Array.from(
        ink.flatMap((v) => [255 - 255 * v, 255 - 255 * v, 255 - 255 * v, 255]),
      );
      return { name: 'f.png', bytes: jpeg.encode({ width: side, height: side, data }, 95).data };
    },
  ],
];

describe.each(PAINTS)('%s', (_, paint) => {
  test.each([28, 100, 333])('of %i pixels', async (side) => {
    const files = [true, false].map((upright) => {
      const { name, bytes } = paint(bar(side, upright), side);
      const path = join(folder, `${upright}-${side}-${name}`);
      writeFileSync(path, bytes);
      return path;
    });
    const { stdout, code } = await runCli(['predict', model, ...files, '--json']);
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ label }) => label)).toEqual(['upright', 'lying']);
    for (const { probabilities } of rows) expect(Math.max(...probabilities)).toBeGreaterThan(0.99);
  });
});

test('a PNG of one bit a pixel', async () => {
  // 28 pixels are 3.5 bytes: each row ends in half a byte that no pixel has.
  const ink = bar(28, true);
  const packed = new Uint8Array(28 * 4);
  for (const [i, value] of ink.entries()) {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    if (value === 1)
      packed[4 * y + (x >> 3)] = (packed[4 * y + (x >> 3)] as number) | (128 >> (x & 7));
  }
  const path = join(folder, 'bits.png');
  writeFileSync(path, png(packed, 28, 1, 1));
  const { stdout } = await runCli(['predict', model, path]);
  expect(stdout).toMatch(/bits\.png {2}upright {2}/);
});

describe('images that cannot be used', () => {
  const good = png(new Uint8Array(784), 28, 1);
  const huge = good.slice();
  new DataView(huge.buffer).setUint32(16, 2 ** 31 - 1);
  const cases: [string, Uint8Array, RegExp][] = [
    ['something else', Uint8Array.of(1, 2, 3), /expected a PNG or JPEG file, found something else/],
    ['an empty file', new Uint8Array(0), /expected a PNG or JPEG file/],
    ['a PNG that is cut', good.slice(0, 50), /expected an image that can be decoded/],
    ['a PNG of a signature alone', good.slice(0, 8), /expected an image that can be decoded/],
    [
      'a JPEG that is cut',
      Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0),
      /expected an image that can be decoded/,
    ],
    ['a PNG that claims to be huge', huge, /pixels, more than 50 million/],
  ];

  test.each(cases)('%s', async (_, bytes, message) => {
    const path = join(folder, 'bad.png');
    writeFileSync(path, bytes);
    const { code, stderr, stdout } = await runCli(['predict', model, path]);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await runCli(['predict', model, join(folder, 'none.png')]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/none\.png: expected an image file that can be read/);
  });
});
