import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel } from '../src/index.js';
import { TINY_CHECKPOINT, TINY_MODEL } from './samples.js';
import { sha256 } from './sealed-file.js';

interface Tensor {
  readonly data_offsets: readonly [number, number];
}

/** A reader of safetensors by its description; it knows nothing of ours. */
function read(file: Uint8Array<ArrayBuffer>) {
  const view = new DataView(file.buffer);
  const end = 8 + Number(view.getBigUint64(0, true));
  const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, end));
  const { __metadata__: metadata, ...tensors } = JSON.parse(text) as {
    __metadata__: Record<string, string>;
    [name: string]: unknown;
  };
  return { view, end, text, metadata, tensors, payload: file.slice(end) };
}

const model = read(await encodeModel(TINY_MODEL));
const checkpoint = read(await encodeCheckpoint(TINY_CHECKPOINT));

describe.each([
  ['model', model],
  ['checkpoint', checkpoint],
])('a %s file', (_, { view, end, text, metadata, tensors, payload }) => {
  test('has a header padded with spaces, so that the payload begins at a multiple of 8', () => {
    expect(end % 8).toBe(0);
    expect(text.trimEnd().length).toBeGreaterThan(text.length - 8);
    expect(text).toMatch(/^\{.*\} *$/);
    expect(text).not.toContain('\n');
  });

  test('has the metadata first, then arrays in the order of their data', () => {
    expect(text).toMatch(/^\{"__metadata__":/);
    const starts = Object.values(tensors).map((tensor) => (tensor as Tensor).data_offsets[0]);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(Object.keys(metadata)).toEqual(Object.keys(metadata).sort());
  });

  test('has arrays one after the other, in float32, little-endian', () => {
    const { weights, bias } = TINY_MODEL.parameters;
    expect(tensors).toMatchObject({
      bias: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      weights: { dtype: 'F32', shape: [2, 2], data_offsets: [8, 24] },
    });
    const values = Array.from({ length: 6 }, (_, index) => view.getFloat32(end + 4 * index, true));
    expect(values).toEqual([...bias, ...weights]);
    expect([...payload.subarray(0, 4)]).toEqual([0, 0, 0, 0x3f]);
  });

  test('is sealed: SHA-256 of the payload, and of all before it with zeros in its own place', async () => {
    expect(metadata.payload_sha256).toBe(await sha256(payload));
    const blank = text.replace(metadata.header_sha256 as string, '0'.repeat(64));
    expect(blank).not.toBe(text);
    const head = new Uint8Array(view.buffer.slice(0, end) as ArrayBuffer);
    head.set(new TextEncoder().encode(blank), 8);
    expect(metadata.header_sha256).toBe(await sha256(head));
  });
});

test('the metadata of a model', () => {
  expect(model.metadata).toEqual({
    format: 'softreg-model',
    format_version: '1',
    image_shape: '[2,1]',
    class_names: '["left","right"]',
    pixel_scale: '256',
    'receipt.epochs': '74',
    header_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    payload_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('a model has no other arrays', () => {
  expect(Object.keys(model.tensors)).toEqual(['bias', 'weights']);
  expect(model.payload.length).toBe(24);
});

test('the metadata of a checkpoint', () => {
  expect(checkpoint.metadata).toEqual({
    format: 'softreg-checkpoint',
    format_version: '2',
    header_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    payload_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('the texts of a checkpoint are arrays of bytes, after those of wider elements', () => {
  const { tensors, payload } = checkpoint;
  expect(Object.keys(tensors)).toEqual(['bias', 'weights', 'json.config', 'json.values']);
  expect(tensors).toMatchObject({
    'json.config': { dtype: 'U8', shape: [10], data_offsets: [24, 34] },
    'json.values': { dtype: 'U8', shape: [11], data_offsets: [34, 45] },
  });
  expect(new TextDecoder().decode(payload.subarray(24))).toBe('{"seed":1}{"epoch":3}');
});

test('the header of a checkpoint does not grow with its texts', async () => {
  const long = { ...TINY_CHECKPOINT, values: JSON.stringify(new Array(1_000_000).fill(0)) };
  const file = await encodeCheckpoint(long);
  expect(read(file).end - checkpoint.end).toBeLessThan(32);
  expect((await decodeCheckpoint(file)).values === long.values).toBe(true);
});

test('a file written by version 0.1.0 is still read', async () => {
  const file = Uint8Array.from(atob(FILE_OF_0_1_0), (character) => character.charCodeAt(0));
  expect(await decodeModel(file)).toEqual(TINY_MODEL);
  expect(await encodeModel(TINY_MODEL)).toEqual(file);
});

const FILE_OF_0_1_0 =
  'yAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJjbGFzc19uYW1lcyI6IltcImxlZnRcIixcInJpZ2h0XCJdIiwiZm9ybW' +
  'F0Ijoic29mdHJlZy1tb2RlbCIsImZvcm1hdF92ZXJzaW9uIjoiMSIsImhlYWRlcl9zaGEyNTYiOiJlMTliYjE5MzY0' +
  'MjhjMmQwY2Q1NzY3ODEyMzA3M2VkMzA0NDk2ZjkyMTgzNGU0MmM4NDE1ZTU2MjI4YjI5NjEyIiwiaW1hZ2Vfc2hhcG' +
  'UiOiJbMiwxXSIsInBheWxvYWRfc2hhMjU2IjoiMjMzZDliN2VmZmIyOWRkNGNkMjZmZjQ5OTE5MTM0NTQxOGUyNjVl' +
  'YzUyYWI1ZjcxZmU3ZTUzYWMzOTJhYWRmNiIsInBpeGVsX3NjYWxlIjoiMjU2IiwicmVjZWlwdC5lcG9jaHMiOiI3NC' +
  'J9LCJiaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sIndlaWdodHMi' +
  'OnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzgsMjRdfX0gICAgICAAAAA/AAAAvg' +
  'AAwD8AAADAAACAPgAAAIA=';
