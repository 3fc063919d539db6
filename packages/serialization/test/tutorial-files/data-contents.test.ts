import { describe, expect, test } from 'vitest';
import { readTutorialData } from '../../src/index.js';
import {
  array,
  bytesOfParts,
  dataPickle,
  dataSet,
  dict,
  dtype,
  floats,
  list,
  longs,
  type Part,
  tuple,
} from './written-pickle.js';

const I8 = { type: dtype('i8', '<') };

describe('data', () => {
  test('of bytes are bytes', async () => {
    const { train, test: last } = await readTutorialData(dataPickle());
    expect(train.values).toEqual(new Uint8Array(1568).fill(64, 0, 784).fill(255, 784));
    expect(last).toEqual({ ...train });
    expect([...train.labels]).toEqual([9, 0]);
  });

  test.each([
    ['1', 1],
    ['a fraction of a byte', 1 / 512],
  ])('with %s in one image of one set are float32 in all sets', async (_, odd) => {
    const images = array(
      [2, 784],
      floats(1568, (index) => (index === 1567 ? odd : 0.5)),
    );
    const { train, test: last } = await readTutorialData(
      dataPickle(dataSet(), dataSet(), dataSet(images)),
    );
    expect([train.scale, last.scale]).toEqual([1, 1]);
    expect(train.values).toEqual(new Float32Array(1568).fill(0.25, 0, 784).fill(255 / 256, 784));
    expect(last.values[1567]).toBe(odd);
  });

  const one: Part = array([1], longs(1), I8);
  const image = (value: number) =>
    array(
      [1, 784],
      floats(784, (i) => (i === 700 ? value : 0)),
    );
  const cases: [string, Part, string, string][] = [
    ['a value above 1', dataSet(image(1.001), one), 'validation, image 0', '1.00'],
    ['a negative value', dataSet(image(-0.5), one), 'validation, image 0', '-0.5'],
    ['NaN', dataSet(image(Number.NaN), one), 'validation, image 0', 'NaN'],
    ['the label 10', dataSet(image(0), array([1], longs(10), I8)), 'validation, label 0', '10'],
    ['the label -1', dataSet(image(0), array([1], longs(-1), I8)), 'validation, label 0', '-1'],
    [
      'the label 2^32',
      dataSet(image(0), array([1], longs(2 ** 32), I8)),
      'validation, label 0',
      '4294967296',
    ],
    [
      'labels that are fractions',
      dataSet(
        image(0),
        array(
          [1],
          floats(1, () => 1),
        ),
      ),
      'validation',
      '784 f4 and an array of 1 f4',
    ],
    [
      'two labels for an image',
      dataSet(image(0), array([2], longs(1, 2), I8)),
      'validation',
      'an array of 2 i8',
    ],
    [
      'a table of labels',
      dataSet(image(0), array([1, 1], longs(1), I8)),
      'validation',
      'an array of 1 x 1 i8',
    ],
    [
      'no images',
      dataSet(array([0, 784], new Uint8Array(0)), array([0], longs(), I8)),
      'validation',
      'an array of 0 x 784 f4',
    ],
    [
      'images of 783 pixels',
      dataSet(
        array(
          [1, 783],
          floats(783, () => 0),
        ),
        one,
      ),
      'validation',
      '1 x 783',
    ],
    [
      'images of 28 x 28',
      dataSet(
        array(
          [1, 28, 28],
          floats(784, () => 0),
        ),
        one,
      ),
      'validation',
      '1 x 28 x 28',
    ],
    [
      'images of bytes',
      dataSet(array([1, 784], new Uint8Array(784), { type: dtype('u1', '|') }), one),
      'validation',
      'u1',
    ],
    ['images alone', tuple(image(0)), 'validation', '784 f4'],
    ['three parts', tuple(image(0), one, one), 'validation', 'i8'],
    ['None', 'N', 'validation', 'None'],
  ];

  test.each(cases)('with %s are refused', async (_, set, subject, found) => {
    await expect(readTutorialData(dataPickle(dataSet(), set))).rejects.toMatchObject({
      code: 'FILE_NOT_TUTORIAL_DATA',
      subject,
      found: expect.stringContaining(found),
    });
  });

  test.each<[string, Part, string]>([
    ['two sets', tuple(dataSet(), dataSet()), 'a tuple of 2'],
    ['four sets', tuple(dataSet(), dataSet(), dataSet(), dataSet()), 'a tuple of 4'],
    ['a dict', dict({ train: dataSet() }), 'a dict'],
  ])('that are %s are refused', async (_, part, found) => {
    await expect(readTutorialData(bytesOfParts(part, '.'))).rejects.toMatchObject({
      code: 'FILE_NOT_TUTORIAL_DATA',
      found,
    });
  });

  test('in lists are read like those in tuples', async () => {
    const lists = bytesOfParts(list(dataSet(), dataSet(), dataSet()), '.');
    expect(await readTutorialData(lists)).toEqual(await readTutorialData(dataPickle()));
  });
});
