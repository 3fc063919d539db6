import { closeSync, ftruncateSync, openSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeIdx } from '@softreg/idx';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

const folder = temporaryFolder();

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const labels = encodeIdx({ type: 'uint8', shape: [5], data: Uint8Array.of(3, 0, 3, 9, 3) });
const images = encodeIdx({
  type: 'uint8',
  shape: [5, 1, 2],
  data: Uint8Array.of(0, 0, 0, 10, 20, 30, 0, 255, 1, 2),
});

describe('data info', () => {
  test('prints a table for each of the files', async () => {
    const argv = ['data', 'info', write('images', images), write('labels.gz', gzipSync(labels))];
    const { code, stdout } = await runCli(argv);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `file      ${join(folder, 'images')}
type      uint8
shape     5 x 1 x 2
elements  10
minimum   0
maximum   255
mean      31.8000
zeros     40.00 %

file      ${join(folder, 'labels.gz')}
type      uint8
shape     5
elements  5
minimum   0
maximum   9
mean      3.6000
zeros     20.00 %

value  count
0          1
3          3
9          1
`,
    );
  });

  test('takes numbers of several bytes, a single number, and no numbers', async () => {
    const one = Float64Array.of(-2.5);
    const paths = [
      write('shorts', encodeIdx({ type: 'int16', shape: [3], data: Int16Array.of(-300, 0, 600) })),
      write('single', encodeIdx({ type: 'float64', shape: [], data: one })),
      write('none', encodeIdx({ type: 'uint8', shape: [0, 28, 28], data: new Uint8Array(0) })),
    ];
    const { stdout } = await runCli(['data', 'info', '--json', ...paths]);
    const [shorts, single, none] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(shorts).toMatchObject({ min: -300, max: 600, mean: 100, zeros: 1 / 3 });
    expect(single).toMatchObject({ shape: [], elements: 1, min: -2.5 });
    expect(none).toEqual({
      event: 'info',
      file: paths[2],
      type: 'uint8',
      shape: [0, 28, 28],
      elements: 0,
    });
  });

  test.each([
    ['cut', images.subarray(0, 20), /expected 26 bytes.*after 20 bytes/],
    ['cut, gzipped', gzipSync(images).subarray(0, 30), /expected a complete gzip stream/],
    ['too long', Buffer.concat([images, images]), /found/],
    ['empty', new Uint8Array(0), /expected a magic number of 4 bytes/],
    [
      'of rows that no memory holds',
      Buffer.from('00000802ffffffffffffffff', 'hex'),
      /rows of at most/,
    ],
  ])('a file that is %s exits with 3', async (name, bytes, message) => {
    const path = write('bad', bytes);
    const { code, stderr } = await runCli(['data', 'info', path]);
    expect(code, name).toBe(3);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(path);
    expect(stderr).toMatch(message);
  });

  test('reads 5 GiB in little memory', async (context) => {
    const { bavail, bsize } = statfsSync(folder);
    // Where holes are not kept as such.
    if (bavail * bsize < 6 * 2 ** 30) context.skip();
    const path = join(folder, 'large');
    const file = openSync(path, 'w');
    const count = 5 * 2 ** 20;
    const header = Buffer.from('000008030000000000000020000000'.padEnd(32, '0'), 'hex');
    header.writeUInt32BE(count, 4);
    header.writeUInt32BE(32, 8);
    header.writeUInt32BE(32, 12);
    writeSync(file, header);
    ftruncateSync(file, header.length + count * 1024);
    writeSync(file, Buffer.of(200), 0, 1, header.length + count * 1024 - 1);
    closeSync(file);
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const before = process.memoryUsage.rss();
    const { stdout } = await runCli(['data', 'info', '--json', path]);
    clearInterval(watch);
    expect(JSON.parse(stdout)).toMatchObject({
      shape: [count, 32, 32],
      elements: 5 * 2 ** 30,
      max: 200,
      zeros: 1 - 1 / (5 * 2 ** 30),
    });
    expect(peak - before).toBeLessThan(300 * 2 ** 20);
  }, 180_000);
});
