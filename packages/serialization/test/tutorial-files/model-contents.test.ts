import { describe, expect, test } from 'vitest';
import { readTutorialModel } from '../../src/index.js';
import {
  array,
  BIAS,
  bytesOfParts,
  classifier,
  dict,
  dtype,
  floats,
  global,
  list,
  modelPickle,
  type Part,
  record,
  shared,
  text,
  tuple,
  WEIGHTS,
  whole,
} from './written-pickle.js';

function doubles(length: number, value: (index: number) => number): Uint8Array {
  const bytes = new Uint8Array(8 * length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < length; i++) view.setFloat64(8 * i, value(i), true);
  return bytes;
}

function fromDevice(module: string, name: string, value: Part, ...more: Part[]): Part {
  return [global(module, name), tuple(value, ...more), 'R'];
}

describe('models', () => {
  test('of float64 are rounded to float32', async () => {
    const W = shared(
      array(
        [784, 10],
        doubles(7840, (i) => i / 3),
        { type: dtype('f8', '<') },
      ),
    );
    const { parameters, receipt } = await readTutorialModel(modelPickle({ W }));
    expect(parameters.weights).toEqual(Float32Array.from({ length: 7840 }, (_, i) => i / 3));
    expect(receipt['element type']).toBe('float64');
  });

  test('in Fortran order are turned', async () => {
    const W = shared(array([784, 10], WEIGHTS, { fortran: '\x88' }));
    const { weights } = (await readTutorialModel(modelPickle({ W }))).parameters;
    const plain = (await readTutorialModel(modelPickle())).parameters.weights;
    for (const [i, k] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [783, 9],
      [400, 3],
    ] as const) {
      expect(weights[10 * i + k]).toBe(plain[784 * k + i]);
    }
  });

  test.each([
    ['theano.sandbox.cuda.type', 'CudaNdarray_unpickler'],
    ['theano.sandbox.gpuarray.type', 'GpuArray_unpickler'],
    ['theano.gpuarray.type', 'GpuArray_unpickler'],
  ])('that were on a graphics card are read (%s)', async (module, name) => {
    const plain = await readTutorialModel(modelPickle());
    const W = shared(fromDevice(module, name, array([784, 10], WEIGHTS)));
    const b = shared(fromDevice(module, name, array([10], BIAS), 'N'));
    expect(await readTutorialModel(modelPickle({ W, b }))).toEqual(plain);
  });

  const w: Part = array([784, 10], WEIGHTS);
  const inf = floats(10, (i) => (i === 3 ? Number.POSITIVE_INFINITY : 0));
  const nan = floats(10, (i) => (i === 3 ? Number.NaN : 0));
  const cases: [string, Record<string, Part>, string, string][] = [
    ['no W', { W: 'N' }, 'W', 'None'],
    ['a W that is an array', { W: w }, 'W', 'an array of 784 x 10 f4'],
    ['a W that is text', { W: text('W') }, 'W', 'text'],
    [
      'a W without a container',
      { W: record('theano.tensor.sharedvar', 'T', {}) },
      'W',
      'an object of theano.tensor.sharedvar.T',
    ],
    [
      'a W whose state is a list',
      { W: [record('theano.tensor', 'T'), '](', text('container'), 'eb'] },
      'W',
      'an object of theano.tensor.T',
    ],
    [
      'an empty storage',
      { W: record('theano.t', 'T', { container: record('theano.t', 'C', { storage: ']' }) }) },
      'W',
      'a list of 0',
    ],
    [
      'a storage that is a dict',
      { W: record('theano.t', 'T', { container: record('theano.t', 'C', { storage: dict({}) }) }) },
      'W',
      'a dict',
    ],
    [
      'an array that was never filled',
      {
        W: shared([
          global('numpy.core.multiarray', '_reconstruct'),
          tuple(global('numpy', 'ndarray'), tuple(whole(0)), text('b')),
          'R',
        ]),
      },
      'W',
      'an empty array',
    ],
    ['a W of 10 x 784', { W: shared(array([10, 784], WEIGHTS)) }, 'W', 'an array of 10 x 784 f4'],
    ['a W of 7840', { W: shared(array([7840], WEIGHTS)) }, 'W', 'an array of 7840 f4'],
    [
      'a W of whole numbers',
      { W: shared(array([784, 10], new Uint8Array(7840 * 4), { type: dtype('i4', '<') })) },
      'W',
      'an array of 784 x 10 i4',
    ],
    ['no b', { b: 'N' }, 'b', 'None'],
    ['a b of 1 x 10', { b: shared(array([1, 10], BIAS)) }, 'b', 'an array of 1 x 10 f4'],
    ['an infinite b', { b: shared(array([10], inf)) }, 'parameters', 'NaN or an infinity'],
    ['a b of NaN', { b: shared(array([10], nan)) }, 'parameters', 'NaN or an infinity'],
    [
      'a W beyond float32',
      {
        W: shared(
          array(
            [784, 10],
            doubles(7840, () => 1e300),
            { type: dtype('f8', '<') },
          ),
        ),
      },
      'parameters',
      'NaN or an infinity',
    ],
  ];

  test.each(cases)('with %s are refused', async (_, fields, subject, found) => {
    await expect(readTutorialModel(modelPickle(fields))).rejects.toMatchObject({
      code: 'FILE_NOT_A_MODEL',
      subject,
      found,
    });
  });

  test.each<[string, Part, string]>([
    ['a list', list(classifier()), 'a list of 1'],
    ['a dict of the fields', dict({ W: shared(w), b: shared(array([10], BIAS)) }), 'a dict'],
    ['an array', w, 'an array of 784 x 10 f4'],
    [
      'Theano’s own object',
      record('theano.tensor', 'LogisticRegressions', {}),
      'an object of theano.tensor.LogisticRegressions',
    ],
    ['a class', global('__main__', 'LogisticRegression'), '__main__.LogisticRegression'],
    ['a number', 'I7\n', '7'],
  ])('that are %s are refused', async (_, part, found) => {
    await expect(readTutorialModel(bytesOfParts('\x80\x02', part, '.'))).rejects.toMatchObject({
      code: 'FILE_NOT_A_MODEL',
      found,
    });
  });
});
