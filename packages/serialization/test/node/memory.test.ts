import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const MIB = 2 ** 20;

// Decodes one file in a process of its own and prints by how much its memory grew at the most, garbage included.
const MEASURE = `
  import { decodeModel, decodeTfjsModel, encodeModel } from '@softreg/serialization';
  const MIB = 2 ** 20;
  const blank = '0'.repeat(64);
  const seals = '"__metadata__":{"payload_sha256":"' + blank + '","header_sha256":"' + blank + '"';
  const members = (count, member) => Array.from({ length: count }, (_, index) => member(index)).join();
  const tensor = (name) => '"' + name + '":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const files = {
    objects: () => header('{"a":[', '{},', '{}]}'),
    metadata: () => header('{' + seals + ',"x":"', 'a', '"}}'),
    wideMetadata: () => header('{' + seals + ',"x":"\\u20ac', 'a', '"}}'),
    keys: () => header('{' + seals + ',' + members(32000, (index) => '"k' + index + '":"v"') + '}}', ' ', ' '),
    tensors: () => header('{' + seals + '},' + members(4600, (index) => tensor('t' + index)) + '}', ' ', ' '),
    zeros: () => new Uint8Array(64 * MIB),
    model: () => encodeModel({
      parameters: { features: 10000, classes: 1000, weights: new Float32Array(1e7), bias: new Float32Array(1000) },
      imageHeight: 100,
      imageWidth: 100,
      classNames: new Array(1000).fill('x'),
      pixelScale: 256,
      receipt: {},
    }),
    tfjs: () => json('[', '{},', '{}]'),
  };
  const name = process.argv[1];
  const input = await files[name]();
  gc();
  const before = process.memoryUsage.rss();
  let outcome = 'a model';
  try {
    if (name === 'tfjs') decodeTfjsModel({ 'model.json': input, 'weights.bin': new Uint8Array(0) });
    else await decodeModel(input);
  } catch (error) {
    outcome = error.code;
  }
  console.log(JSON.stringify({
    outcome,
    size: input.length,
    growth: 1024 * process.resourceUsage().maxRSS - before,
  }));
  // JSON that no one could parse would prove nothing.
  if (name !== 'zeros' && name !== 'model') JSON.parse(input.subarray(name === 'tfjs' ? 0 : 8));

  function header(start, filling, end) {
    const text = json(start, filling, end);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text]);
  }

  // 3 MiB, the most that is read.
  function json(start, filling, end) {
    const bytes = Buffer.alloc(3 * MIB, ' ');
    const from = bytes.write(start);
    const to = from + filling.length * Math.floor((bytes.length - from - end.length) / filling.length);
    bytes.fill(filling, from, to);
    bytes.write(end, to);
    return bytes;
  }`;

test.each([
  ['objects', 'FILE_INVALID_HEADER'],
  ['metadata', 'FILE_DAMAGED'],
  ['wideMetadata', 'FILE_DAMAGED'],
  ['keys', 'FILE_DAMAGED'],
  ['tensors', 'FILE_DAMAGED'],
  ['zeros', 'FILE_NOT_SAFETENSORS'],
  ['model', 'a model'],
  ['tfjs', 'FILE_NOT_A_MODEL'],
])('a file of %s takes at most 4 times its size and 16 MiB', async (name, expected) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', MEASURE, name],
    { cwd: PACKAGE },
  );
  const { outcome, size, growth } = JSON.parse(stdout) as Record<string, number | string>;
  expect(outcome).toBe(expected);
  expect(Number(growth) / MIB).toBeLessThan((4 * Number(size)) / MIB + 16);
});
