import { describe, expect, test } from 'vitest';
import { decodeModel, encodeCheckpoint, encodeModel } from '../src/index.js';
import { TINY_CHECKPOINT, TINY_MODEL } from './samples.js';
import { sha256 } from './sealed-file.js';

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

  test('has sorted keys, metadata first', () => {
    expect(text).toMatch(/^\{"__metadata__":/);
    expect(Object.keys(tensors)).toEqual(Object.keys(tensors).sort());
    expect(Object.keys(metadata)).toEqual(Object.keys(metadata).sort());
  });

  test('has arrays one after the other, in float32, little-endian', () => {
    const { weights, bias } = TINY_MODEL.parameters;
    expect(tensors).toEqual({
      bias: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      weights: { dtype: 'F32', shape: [2, 2], data_offsets: [8, 24] },
    });
    expect(payload.length).toBe(24);
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

test('the metadata of a checkpoint', () => {
  expect(checkpoint.metadata).toEqual({
    format: 'softreg-checkpoint',
    format_version: '1',
    values: '{"epoch":3}',
    config: '{"seed":1}',
    header_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    payload_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
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
