import { expect, test } from 'vitest';
import { readAhead } from '../src/index.js';

test('what is read ahead comes in order, and each item goes back once, when the one after it is asked for', async () => {
  const asked: (number | undefined)[] = [];
  async function* numbers(): AsyncGenerator<number, void, number | undefined> {
    for (let i = 1; i <= 8; i++) asked.push(yield i);
  }
  const seen: number[] = [];
  for await (const item of readAhead(numbers())) {
    expect(asked).not.toContain(item);
    const back = asked.filter((each) => each !== undefined);
    // Those before it, but for what the source has not heard of yet.
    expect(back).toEqual(seen.slice(0, back.length));
    expect(seen.length - back.length).toBeLessThanOrEqual(3);
    seen.push(item);
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
