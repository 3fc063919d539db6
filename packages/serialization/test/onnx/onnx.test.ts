import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { SoftmaxRegression } from '@softreg/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOnnxModel, encodeOnnxModel, SerializationError } from '../../src/index.js';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
} from '../../src/onnx/generated/onnx_pb.js';
import { arbitraryModel } from '../arbitraries.js';
import { flipped, range } from '../damage.js';
import { bytesOf, TINY_MODEL } from '../samples.js';
import { sha256 } from '../sealed-file.js';

const file = await encodeOnnxModel(TINY_MODEL);

/** What can be written: float32 divides by the scale, and texts that JSON does not escape have whole characters. */
const writable = arbitraryModel.map((model): SoftmaxRegression => {
  const whole = (text: string) => text.replace(/\p{Surrogate}/gu, '?');
  const receipt = Object.entries(model.receipt).map(([key, text]) => [whole(key), whole(text)]);
  const pixelScale = Math.min(Math.max(model.pixelScale, 1e-36), 1e38);
  return { ...model, receipt: Object.fromEntries(receipt), pixelScale };
});

async function outcomeOf(bytes: Uint8Array): Promise<unknown> {
  return decodeOnnxModel(bytes).catch((error: unknown) => {
    if (!SerializationError.isInstance(error)) throw error;
    return error;
  });
}

test('a model is the same after it, to the bit, and its file the same each time', async () => {
  await fc.assert(
    fc.asyncProperty(writable, async (model) => {
      const bytes = await encodeOnnxModel(model);
      const decoded = await decodeOnnxModel(bytes);
      expect(decoded).toEqual(model);
      expect(bytesOf(decoded.parameters.weights)).toEqual(bytesOf(model.parameters.weights));
      expect(bytesOf(decoded.parameters.bias)).toEqual(bytesOf(model.parameters.bias));
      expect(await encodeOnnxModel(decoded)).toEqual(bytes);
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test('a file that lies anywhere in a larger buffer', async () => {
  const larger = new Uint8Array(file.length + 20).fill(255);
  larger.set(file, 3);
  const inside = larger.subarray(3, 3 + file.length);
  expect(await decodeOnnxModel(inside)).toEqual(TINY_MODEL);
  expect(inside).toEqual(file);
});

test('the metadata are those of our other files, and a checksum', () => {
  const { metadataProps } = fromBinary(ModelProtoSchema, file);
  expect(metadataProps.map(({ key, value }) => [key, new TextDecoder().decode(value)])).toEqual([
    ['class_names', '["left","right"]'],
    ['file_sha256', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ['format', 'softreg-model'],
    ['format_version', '1'],
    ['image_shape', '[2,1]'],
    ['pixel_scale', '256'],
    ['receipt.epochs', '74'],
  ]);
});

describe('what could not be read or computed is not written', () => {
  test.each<[string, Partial<SoftmaxRegression>, string]>([
    ['a scale that float32 takes for 0', { pixelScale: 1e-50 }, 'pixel scale'],
    ['a scale of few digits in float32', { pixelScale: 1e-40 }, 'pixel scale'],
    ['a scale that makes 255 infinite', { pixelScale: 1.2e-38 }, 'pixel scale'],
    ['a scale beyond float32', { pixelScale: 1e39 }, 'pixel scale'],
    ['half a character', { receipt: { a: '\ud800' } }, 'metadata "receipt.a"'],
    ['half a character in a key', { receipt: { '\udc00': '' } }, 'metadata "receipt.\\udc00"'],
    ['a receipt that is no text', { receipt: { a: 1 as never } }, 'metadata "receipt.a"'],
    ['half a MiB of text', { receipt: { a: 'x'.repeat(2 ** 19) } }, 'metadata'],
  ])('%s', async (_, part, subject) => {
    await expect(encodeOnnxModel({ ...TINY_MODEL, ...part })).rejects.toMatchObject({
      code: 'FILE_INVALID_CONTENT',
      subject,
    });
  });

  test('what is no model', async () => {
    await expect(encodeOnnxModel({ ...TINY_MODEL, classNames: [] })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    });
  });

  test('texts up to the limit are read again', async () => {
    const model = { ...TINY_MODEL, receipt: { a: 'ж'.repeat(2 ** 18 - 200) } };
    expect(await decodeOnnxModel(await encodeOnnxModel(model))).toEqual(model);
  });
});

describe('damage is told', () => {
  test('every truncation', async () => {
    for (const length of range(file.length)) {
      expect(await outcomeOf(file.subarray(0, length)), `${length}`).toSatisfy(
        SerializationError.isInstance,
      );
    }
  });

  test('every flipped bit', async () => {
    for (const bit of range(8 * file.length)) {
      const outcome = await outcomeOf(flipped(file, bit));
      expect(outcome, `bit ${bit}`).toSatisfy(SerializationError.isInstance);
    }
  });

  const signs: [string, (model: ModelProto) => unknown][] = [
    [
      'its maker',
      (model) => {
        (model.graph as GraphProto).name = '';
        without(model, 'format');
      },
    ],
    [
      'the name of its graph',
      (model) => {
        model.producerName = '';
        without(model, 'format');
      },
    ],
    [
      'its format',
      (model) => {
        model.producerName = '';
        (model.graph as GraphProto).name = '';
      },
    ],
  ];

  test.each(signs)('a file that is ours by %s must have its checksum', async (_, edit) => {
    const model = fromBinary(ModelProtoSchema, file);
    without(model, 'file_sha256');
    edit(model);
    expect(await outcomeOf(toBinary(ModelProtoSchema, model))).toMatchObject({
      code: 'FILE_DAMAGED',
      expected: 'the checksum file_sha256 in the metadata',
    });
  });

  function without(model: ModelProto, name: string) {
    model.metadataProps = model.metadataProps.filter(({ key }) => key !== name);
  }

  test('a format version to come', async () => {
    const text = new TextDecoder('latin1').decode(file);
    const bytes = file.slice();
    bytes[text.indexOf('format_version') + 16] = 0x32;
    const digest = text.indexOf('file_sha256') + 13;
    const blank = bytes.slice().fill(0x30, digest, digest + 64);
    bytes.set(new TextEncoder().encode(await sha256(blank)), digest);
    expect(await outcomeOf(bytes)).toMatchObject({
      code: 'FILE_UNSUPPORTED_VERSION',
      message:
        'file: expected format version 1, found "2"; read it with the release of softreg that wrote it',
    });
  });

  test('a byte after the end', async () => {
    for (const byte of range(256)) {
      expect(await outcomeOf(Uint8Array.of(...file, byte))).toMatchObject({ code: 'FILE_DAMAGED' });
    }
  });

  test('a changed weight, with the checksum that was', async () => {
    const copy = file.slice();
    const at = new TextDecoder('latin1').decode(copy).indexOf('\0\0\xc0\x3f');
    copy[at] = 1;
    expect(await outcomeOf(copy)).toMatchObject({
      code: 'FILE_DAMAGED',
      message: expect.stringMatching(
        /^file: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}; it was changed/,
      ),
    });
  });
});
