import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const MIB = 2 ** 20;

// Decodes one file in a process of its own and prints by how much its memory grew at the most, garbage included.
const MEASURE = `
  import { decodeCheckpoint, decodeModel, decodeOnnxModel, decodeTfjsModel, encodeCheckpoint, encodeModel, encodeOnnxModel } from '@softreg/serialization';
  const MIB = 2 ** 20;
  const blank = '0'.repeat(64);
  const seals = '"__metadata__":{"payload_sha256":"' + blank + '","header_sha256":"' + blank + '"';
  const members = (count, member) => Array.from({ length: count }, (_, index) => member(index)).join();
  const tensor = (name) => '"' + name + '":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const files = {
    longHeader: () => json('{"a":[', '{},', '{}]}', 3 * MIB),
    objects: () => header('{"a":[', '{},', '{}]}'),
    nested: () => header('{"a":', '[', ' '),
    metadata: () => header('{' + seals + ',"x":"', 'a', '"}}'),
    wideMetadata: () => header('{' + seals + ',"x":"\\u20ac', 'a', '"}}'),
    keys: () => header('{' + seals + ',' + members(4000, (index) => '"k' + index + '":"v"') + '}}', ' ', ' '),
    tensors: () => header('{' + seals + '},' + members(900, (index) => tensor('t' + index)) + '}', ' ', ' '),
    zeros: () => new Uint8Array(64 * MIB),
    model: () => encodeModel({
      parameters: { features: 10000, classes: 1000, weights: new Float32Array(1e7), bias: new Float32Array(1000) },
      imageHeight: 100,
      imageWidth: 100,
      classNames: new Array(1000).fill('x'),
      pixelScale: 256,
      receipt: {},
    }),
    tfjs: () => json('[', '{},', '{}]', 3 * MIB),
    texts: () => encodeCheckpoint({ arrays: {}, values: 'ж'.repeat(2 ** 25), config: '' }),
    onnx: () => encodeOnnxModel({
      parameters: { features: 10000, classes: 1000, weights: new Float32Array(1e7), bias: new Float32Array(1000) },
      imageHeight: 100,
      imageWidth: 100,
      classNames: new Array(1000).fill('x'),
      pixelScale: 256,
      receipt: {},
    }),
    // A graph of empty nodes, sizes of a tensor, and coefficients, as many as may be.
    onnxNodes: () => field(7, Buffer.concat(new Array(16370).fill(field(1, Buffer.alloc(0))))),
    onnxSizes: () => field(7, field(5, field(1, Buffer.alloc(16370, 1)))),
    onnxFloats: () => field(7, field(1, field(5, field(7, Buffer.alloc(2 ** 22))))),
    onnxNames: () => field(7, field(1, Buffer.concat(new Array(16370).fill(field(1, Buffer.alloc(60, 97)))))),
  };
  const name = process.argv[1];
  const input = await files[name]();
  // The library that reads ONNX is loaded at its first use.
  await decodeOnnxModel(new Uint8Array(0)).catch(() => undefined);
  gc();
  const before = process.memoryUsage.rss();
  let outcome = 'a model';
  try {
    if (name === 'texts') await decodeCheckpoint(input);
    else if (name.startsWith('onnx')) await decodeOnnxModel(input);
    else if (name === 'tfjs') decodeTfjsModel({ 'model.json': input, 'weights.bin': new Uint8Array(0) });
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
  if (!/^(zeros|model|nested|texts|onnx.*)$/.test(name)) JSON.parse(input.subarray(/^(tfjs|longHeader)$/.test(name) ? 0 : 8));

  // A field of bytes or of a message, as protobuf writes it.
  function field(number, content) {
    const head = [8 * number + 2];
    let length = content.length;
    for (; length > 127; length = Math.floor(length / 128)) head.push(128 + (length % 128));
    return Buffer.concat([Buffer.from([...head, length]), content]);
  }

  // 64 KiB, the most that is read.
  function header(start, filling, end) {
    const text = json(start, filling, end, 2 ** 16);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text]);
  }

  function json(start, filling, end, size) {
    const bytes = Buffer.alloc(size, ' ');
    const from = bytes.write(start);
    const to = from + filling.length * Math.floor((bytes.length - from - end.length) / filling.length);
    bytes.fill(filling, from, to);
    bytes.write(end, to);
    return bytes;
  }`;

test.each([
  ['longHeader', 'FILE_NOT_SAFETENSORS'],
  ['objects', 'FILE_INVALID_HEADER'],
  ['nested', 'FILE_INVALID_HEADER'],
  ['metadata', 'FILE_DAMAGED'],
  ['wideMetadata', 'FILE_DAMAGED'],
  ['keys', 'FILE_DAMAGED'],
  ['tensors', 'FILE_DAMAGED'],
  ['zeros', 'FILE_NOT_SAFETENSORS'],
  ['model', 'a model'],
  ['tfjs', 'FILE_NOT_A_MODEL'],
  ['texts', 'a model'],
  ['onnx', 'a model'],
  ['onnxNodes', 'FILE_UNSUPPORTED_VERSION'],
  ['onnxSizes', 'FILE_UNSUPPORTED_VERSION'],
  ['onnxFloats', 'FILE_UNSUPPORTED_VERSION'],
  ['onnxNames', 'FILE_UNSUPPORTED_VERSION'],
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
