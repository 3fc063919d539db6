import { describe, expect, test } from 'vitest';
import { firstDifference, readmeExamples } from '../src/readme-examples.js';

const FENCE = '```';

test('a js block directly followed by a text block is an example', () => {
  const readme = [
    `${FENCE}js\nfirst();\n${FENCE}\n\n${FENCE}text\n1\n2\n${FENCE}\n`,
    `${FENCE}js\nnotRun();\n${FENCE}\n\nIt prints:\n\n${FENCE}text\n3\n${FENCE}\n`,
    `${FENCE}ts\nnotRun();\n${FENCE}\n\n${FENCE}text\n4\n${FENCE}\n`,
    `${FENCE}js\nsecond();\n${FENCE}\n\n${FENCE}text\n5\n${FENCE}\n`,
  ].join('\n');
  expect(readmeExamples(readme)).toEqual([
    { code: 'first();\n', output: '1\n2\n' },
    { code: 'second();\n', output: '5\n' },
  ]);
});

describe('the first difference', () => {
  test('is none between equals', () => {
    expect(firstDifference('a\n', 'a\n')).toBeUndefined();
  });

  test.each([
    ['a\nb\n', 'a\nc\n', 'line 2 should be "b", is "c"'],
    ['a\n', 'a\nb\n', 'line 2 should be "", is "b"'],
    ['a\nb\n', 'a\n', 'line 2 should be "b", is ""'],
    ['a\n', 'a', 'line 2 should be "", is no line'],
    ['a', 'a\n', 'line 2 should be no line, is ""'],
    ['a\n', 'a \n', 'line 1 should be "a", is "a "'],
  ])('of %j and %j', (expected, found, difference) => {
    expect(firstDifference(expected, found)).toBe(difference);
  });
});
