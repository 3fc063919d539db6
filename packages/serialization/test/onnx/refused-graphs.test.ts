import { describe, expect, test } from 'vitest';
import { decodeOnnxModel, type SerializationErrorCode } from '../../src/index.js';
import {
  change,
  type Edit,
  edited,
  elementType,
  entry,
  meta,
  opset,
  sizes,
  twoLayers,
} from './edited-model.js';

const files: [string, Edit, SerializationErrorCode, RegExp][] = [
  [
    'no graph',
    (p) => {
      p.file.graph = undefined;
    },
    'FILE_NOT_A_MODEL',
    /a graph, found none/,
  ],
  [
    'two inputs',
    (p) => p.graph.input.push({ ...p.graph.input[0], name: 'other' } as never),
    'FILE_NOT_A_MODEL',
    /one input, the image, found 2/,
  ],
  [
    'no inputs',
    (p) => {
      p.graph.input = [];
    },
    'FILE_NOT_A_MODEL',
    /one input, the image, found 0/,
  ],
  [
    'no outputs',
    (p) => {
      p.graph.output = [];
    },
    'FILE_NOT_A_MODEL',
    /an output, found none/,
  ],
  [
    'an output that is the image',
    (p) => {
      (p.graph.output[0] as { name: string }).name = 'image';
    },
    'FILE_NOT_A_MODEL',
    /of a linear layer, found the image/,
  ],
  [
    'an output that is a constant',
    (p) => {
      (p.graph.output[0] as { name: string }).name = 'bias';
    },
    'FILE_NOT_A_MODEL',
    /of a linear layer, found the constant/,
  ],
  [
    'an output that nothing makes',
    (p) => {
      (p.graph.output[0] as { name: string }).name = 'z';
    },
    'FILE_NOT_A_MODEL',
    /value "z"/,
  ],
  ['two layers', twoLayers, 'FILE_NOT_A_MODEL', /outputs of one linear layer, found of several/],
  [
    'an input without a type',
    (p) => {
      (p.graph.input[0] as { type: unknown }).type = undefined;
    },
    'FILE_NOT_A_MODEL',
    /pixels in float, double or uint8, found type undefined/,
  ],
  ['an input of text', (p) => elementType(p, 8), 'FILE_NOT_A_MODEL', /found type 8/],
  [
    'an input of one dimension',
    (p) => sizes(p, 2),
    'FILE_NOT_A_MODEL',
    /\[batch, features\].*found 1 dimensions/,
  ],
  [
    'an input of five dimensions',
    (p) => sizes(p, 1, 1, 1, 2, 1),
    'FILE_NOT_A_MODEL',
    /found 5 dimensions/,
  ],
  [
    'an input of three channels',
    (p) => sizes(p, 1, 3, 2, 1),
    'FILE_NOT_A_MODEL',
    /found 3 channels/,
  ],
  [
    'an input of no pixels',
    (p) => sizes(p, 1, 0),
    'FILE_NOT_A_MODEL',
    /sizes of 1 or more, found 0/,
  ],
  [
    'an input of 2^40 pixels',
    (p) => sizes(p, 1, 2 ** 40),
    'FILE_NOT_A_MODEL',
    /sizes of 1 or more/,
  ],
  [
    'an input of pictures that are not flattened',
    (p) => sizes(p, 1, 2, 1),
    'FILE_NOT_A_MODEL',
    /an input of \[batch, 2\], found \[batch, 2, 1\]/,
  ],
  [
    'operators of version 6',
    (p) => opset(p, '', 6),
    'FILE_UNSUPPORTED_VERSION',
    /one version of ai.onnx, 7 to 28, found 13, 6/,
  ],
  [
    'operators of version 29',
    (p) => opset(p, 'ai.onnx', 29),
    'FILE_UNSUPPORTED_VERSION',
    /found 13, 29/,
  ],
  [
    'classifiers of version 6',
    (p) => opset(p, 'ai.onnx.ml', 6),
    'FILE_UNSUPPORTED_VERSION',
    /one version of ai.onnx.ml, 1 to 5, found 6/,
  ],
  [
    'no IR version',
    (p) => {
      p.file.irVersion = 0n;
    },
    'FILE_UNSUPPORTED_VERSION',
    /IR version 3 to 14, found 0/,
  ],
  [
    'an IR version to come',
    (p) => {
      p.file.irVersion = 15n;
    },
    'FILE_UNSUPPORTED_VERSION',
    /found 15/,
  ],
  [
    'no operators’ version',
    (p) => {
      p.file.opsetImport = [];
    },
    'FILE_UNSUPPORTED_VERSION',
    /one version of ai.onnx, 7 to 28, found none/,
  ],
  [
    'metadata twice',
    (p) => p.file.metadataProps.push(entry('pixel_scale', '1')),
    'FILE_NOT_A_MODEL',
    /metadata "pixel_scale": expected one of that name/,
  ],
  [
    'another pixel scale than its graph',
    (p) => meta(p, 'pixel_scale', '255'),
    'FILE_NOT_A_MODEL',
    /256, by which the graph divides, found 255/,
  ],
  [
    'a pixel scale that is no number',
    (p) => meta(p, 'pixel_scale', '"a"'),
    'FILE_NOT_A_MODEL',
    /pixel_scale/,
  ],
  [
    'an image shape that does not fit',
    (p) => meta(p, 'image_shape', '[2,2]'),
    'FILE_NOT_A_MODEL',
    /2 x 2 pixels/,
  ],
  [
    'class names that do not fit',
    (p) => meta(p, 'class_names', '["a"]'),
    'FILE_NOT_A_MODEL',
    /class names: expected 2/,
  ],
  [
    'a checksum of no digits',
    (p) => p.file.metadataProps.push(entry('file_sha256', 'x')),
    'FILE_DAMAGED',
    /the checksum file_sha256 in the metadata/,
  ],
];

describe('a file with', () => {
  test.each(files)('%s is refused', async (_, edit, code, message) => {
    const reading = decodeOnnxModel(await edited(edit));
    await expect(reading).rejects.toMatchObject({ name: 'SerializationError', code });
    await expect(reading).rejects.toThrow(message);
  });
});

describe('a pixel scale that the file leaves open', () => {
  const open = edited((parts) => {
    parts.file.metadataProps = [];
    parts.graph.node.shift();
    change(parts.node('scores'), { input: ['image', 'weights', 'bias'] });
  });

  test('is asked for', async () => {
    await expect(decodeOnnxModel(await open)).rejects.toMatchObject({
      code: 'FILE_NOT_A_MODEL',
      message: expect.stringMatching(
        /pixel scale: expected a division .*, found neither; .*--pixel-scale/,
      ),
    });
  });

  test('is given by the caller', async () => {
    expect((await decodeOnnxModel(await open, { pixelScale: 255 })).pixelScale).toBe(255);
  });

  test('is not given by the caller where the file says it', async () => {
    const file = await edited(() => undefined);
    expect((await decodeOnnxModel(file, { pixelScale: 255 })).pixelScale).toBe(256);
    const graphAlone = await edited((parts) => {
      parts.file.metadataProps = [];
    });
    expect((await decodeOnnxModel(graphAlone, { pixelScale: 255 })).pixelScale).toBe(256);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is not %d', async (pixelScale) => {
    await expect(decodeOnnxModel(await open, { pixelScale })).rejects.toThrow(/pixel scale/);
  });
});
