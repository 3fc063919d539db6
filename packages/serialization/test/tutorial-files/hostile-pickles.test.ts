import { describe, expect, test } from 'vitest';
import {
  readTutorialData,
  readTutorialModel,
  type SerializationErrorCode,
} from '../../src/index.js';
import { unpickle } from '../../src/pickle/unpickle.js';
import { bytesOfParts, classifier, modelPickle, whole } from './written-pickle.js';

describe('names that JavaScript gives a meaning of their own', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a field %s is a field',
    async (name) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      const model = await readTutorialModel(modelPickle({ [`${name}`]: whole(1) }));
      expect(model.parameters.bias[0]).toBe(-0.5);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(({} as { W?: unknown }).W).toBeUndefined();
    },
  );

  test('a model whose W is in __proto__ has none', async () => {
    const bytes = bytesOfParts(
      '\x80\x02c__main__\nLogisticRegression\n)\x81}(U\x09__proto__}(U\x01W',
      'I1\nuub.',
    );
    await expect(readTutorialModel(bytes)).rejects.toMatchObject({
      code: 'FILE_NOT_A_MODEL',
      found: 'None',
    });
  });
});

describe('bombs', () => {
  const many = 40_000;
  const cases: [string, Uint8Array, SerializationErrorCode][] = [
    [
      'lists in each other',
      bytesOfParts(']'.repeat(many), 'a'.repeat(many - 1), '.'),
      'FILE_TOO_LARGE',
    ],
    [
      'lists in each other, just few enough',
      bytesOfParts(']'.repeat(16_000), 'a'.repeat(15_999), '.'),
      'FILE_NOT_A_MODEL',
    ],
    ['tuples in each other', bytesOfParts('N', '\x85'.repeat(16_000), '.'), 'FILE_NOT_A_MODEL'],
    ['marks', bytesOfParts('('.repeat(many), '.'), 'FILE_TOO_LARGE'],
    ['numbers', bytesOfParts('(', 'K\x01'.repeat(many), 'l.'), 'FILE_TOO_LARGE'],
    ['a memo', bytesOfParts(']', '\x94'.repeat(many), '.'), 'FILE_TOO_LARGE'],
    ['a list that holds itself', bytesOfParts(']q\0h\0a.'), 'FILE_NOT_A_MODEL'],
    [
      'an object that is its own state',
      bytesOfParts('ctheano.t\nT\n)\x81q\0h\0b.'),
      'FILE_NOT_A_MODEL',
    ],
    ['a model that is its own W', modelThatIsItsOwnW(), 'FILE_NOT_A_MODEL'],
    ['text that is decoded again and again', textBomb(), 'FILE_TOO_LARGE'],
    ['what does not fit', new Uint8Array(2 ** 20 + 1), 'FILE_TOO_LARGE'],
  ];

  test.each(cases)('%s', async (_, bytes, code) => {
    const started = performance.now();
    await expect(readTutorialModel(bytes)).rejects.toMatchObject({ code });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('billions of lists by ten to a list are read as references', () => {
    let parts = ']q\0';
    for (let depth = 0; depth < 255; depth++) {
      parts += `0(${`h${String.fromCharCode(depth)}`.repeat(10)}lq${String.fromCharCode(depth + 1)}`;
    }
    const started = performance.now();
    unpickle(bytesOfParts(parts, '.'));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

function modelThatIsItsOwnW(): Uint8Array<ArrayBuffer> {
  return bytesOfParts(
    'c__main__\nLogisticRegression\n)\x81q\0}(U\x01Wh\0U\x09containerh\0U\x07storageh\0ub.',
  );
}

/** 1,000 times 100 kB of 100 kB. */
function textBomb(): Uint8Array<ArrayBuffer> {
  const size = 100_000;
  const length = String.fromCharCode(size & 255, (size >> 8) & 255, size >> 16, 0);
  return bytesOfParts(
    `c_codecs\nencode\nq\0Vlatin1\nq\x010X${length}`,
    'a'.repeat(size),
    'q\x0200',
    ']',
    'h\0h\x02h\x01\x86Ra'.repeat(1000),
    '.',
  );
}

test('a written model is read', async () => {
  const { parameters, receipt } = await readTutorialModel(modelPickle());
  expect(parameters.weights.length).toBe(7840);
  expect(parameters.weights.slice(0, 3)).toEqual(Float32Array.of(-1, -0.875, -0.75));
  expect(receipt['element type']).toBe('float32');
  await expect(readTutorialData(bytesOfParts(classifier(), '.'))).rejects.toMatchObject({
    code: 'FILE_NOT_TUTORIAL_DATA',
    found: 'an object of __main__.LogisticRegression',
  });
});
