import { describe, expect, test } from 'vitest';
import { readTutorialModel } from '../../src/index.js';
import {
  array,
  bytesOfParts,
  dtype,
  global,
  list,
  type Part,
  text,
  tuple,
  uint32,
  whole,
} from './written-pickle.js';

describe('arrays that are not as NumPy writes them', () => {
  const f4 = dtype('f4', '<');
  const cases: [string, Part][] = [
    ['a byte too few', array([2], new Uint8Array(7))],
    ['a byte too many', array([2], new Uint8Array(9))],
    [
      'a shape whose product is 2^64 times the right one',
      array([2 ** 30, 2 ** 30, 16, 2], new Uint8Array(8)),
    ],
    [
      'a shape of 2^53 nothings',
      array([], new Uint8Array(4), { shape: tuple('G\x43\x40\0\0\0\0\0\0', whole(0)) }),
    ],
    [
      'a shape of floats',
      array([], new Uint8Array(8), { shape: tuple('G\x40\0\0\0\0\0\0\0', whole(1)) }),
    ],
    [
      'a dtype with a float where Python wants a whole number',
      array([1], new Uint8Array(4), {
        type: [
          global('numpy', 'dtype'),
          tuple(text('f4'), whole(0), whole(1)),
          'R',
          tuple(whole(3), text('<'), 'NNN', 'F-1\n', whole(-1), whole(0)),
          'b',
        ],
      }),
    ],
    ['a negative shape', array([-1, -2], new Uint8Array(8))],
    [
      'a fractional shape',
      array([], new Uint8Array(8), { shape: tuple('G\x3f\xe0\0\0\0\0\0\0', whole(4)) }),
    ],
    ['a shape that is a list', array([], new Uint8Array(8), { shape: list(whole(2)) })],
    ['a shape of 33 dimensions', array(new Array(33).fill(1), new Uint8Array(4))],
    ['another version', array([1], new Uint8Array(4), { version: whole(2) })],
    ['a Fortran flag of 2', array([1], new Uint8Array(4), { fortran: whole(2) })],
    ['a Fortran flag of None', array([1], new Uint8Array(4), { fortran: 'N' })],
    ['a Fortran flag of text', array([1], new Uint8Array(4), { fortran: text('x') })],
    ['no dtype', array([1], new Uint8Array(4), { type: 'N' })],
    [
      'a dtype without a state',
      array([1], new Uint8Array(4), {
        type: [global('numpy', 'dtype'), tuple(text('f4'), whole(0), whole(1)), 'R'],
      }),
    ],
    ['a dtype of native order', array([1], new Uint8Array(4), { type: dtype('f4', '=') })],
    ['a dtype without an order', array([1], new Uint8Array(4), { type: dtype('f4', '|') })],
    ['bytes of an order', array([4], new Uint8Array(4), { type: dtype('u1', '<') })],
    [
      'a dtype with two states',
      array([1], new Uint8Array(4), {
        type: [f4, tuple(whole(3), text('>'), 'NNN', whole(-1), whole(-1), whole(0)), 'b'],
      }),
    ],
    [
      'a dtype with fields',
      array([1], new Uint8Array(4), {
        type: [
          global('numpy', 'dtype'),
          tuple(text('f4'), whole(0), whole(1)),
          'R',
          tuple(whole(3), text('<'), 'N', tuple(text('x')), 'N', whole(-1), whole(-1), whole(0)),
          'b',
        ],
      }),
    ],
    [
      'a dtype that is shared',
      array([1], new Uint8Array(4), {
        type: [
          global('numpy', 'dtype'),
          tuple(text('f4'), whole(0), whole(0)),
          'R',
          tuple(whole(3), text('<'), 'NNN', whole(-1), whole(-1), whole(0)),
          'b',
        ],
      }),
    ],
    ['data that are a list', array([1], new Uint8Array(4), { data: list(whole(1)) })],
    [
      'two states',
      [
        array([1], new Uint8Array(4)),
        tuple(whole(1), tuple(whole(1)), f4, '\x89', text('1234')),
        'b',
      ],
    ],
    [
      'a size to begin with',
      array([1], new Uint8Array(4), {
        made: [
          global('numpy.core.multiarray', '_reconstruct'),
          tuple(global('numpy', 'ndarray'), tuple(whole(2 ** 30)), text('b')),
          'R',
        ],
      }),
    ],
    [
      'another class',
      array([1], new Uint8Array(4), {
        made: [
          global('numpy.core.multiarray', '_reconstruct'),
          tuple(global('numpy', 'dtype'), tuple(whole(0)), text('b')),
          'R',
        ],
      }),
    ],
  ];

  test.each(cases)('%s', async (_, part) => {
    await expect(readTutorialModel(bytesOfParts('\x80\x02', part, '.'))).rejects.toMatchObject({
      code: 'FILE_NOT_A_PICKLE',
    });
  });

  test('nothing is allocated for a size that is a lie', async () => {
    const lie = bytesOfParts('\x80\x02T', uint32(2 ** 31 - 1), 'x');
    await expect(readTutorialModel(lie)).rejects.toMatchObject({ code: 'FILE_TRUNCATED' });
  });
});
