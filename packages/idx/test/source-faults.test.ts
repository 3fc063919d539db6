import { describe, expect, test } from 'vitest';
import {
  encodeGzippedIdx,
  encodeIdx,
  type IdxArray,
  openSequentialRows,
  readIdx,
} from '../src/index.js';

const ARRAY: IdxArray = {
  type: 'uint8',
  shape: [200, 100],
  data: crypto.getRandomValues(new Uint8Array(20_000)),
};

/** Gives `bytes` and then fails, or goes on for ever; tells whether it was closed. */
function faulty(bytes: Uint8Array, then: 'fails' | 'goes on') {
  const state = { isClosed: false, fault: new Error('the disk is gone') };
  let start = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (start < bytes.length) controller.enqueue(bytes.slice(start, start + 1000));
      else if (then === 'fails') controller.error(state.fault);
      else controller.enqueue(Uint8Array.of(1, 2, 3));
      start += 1000;
    },
    cancel() {
      state.isClosed = true;
    },
  });
  return { stream, state };
}

describe.each([
  ['raw', encodeIdx(ARRAY)],
  ['gzipped', await encodeGzippedIdx(ARRAY)],
])('%s', (_, file) => {
  const half = file.subarray(0, file.length / 2);

  test('a source that fails is no damaged file: its own error is passed on', async () => {
    const whole = faulty(half, 'fails');
    await expect(readIdx(whole.stream)).rejects.toBe(whole.state.fault);
    const rows = faulty(half, 'fails');
    await expect(walk(rows.stream)).rejects.toBe(rows.state.fault);
  });

  test('a source that goes on after the end is closed', async () => {
    const whole = faulty(file, 'goes on');
    await expect(readIdx(whole.stream)).rejects.toMatchObject({ name: 'IdxError' });
    await expect.poll(() => whole.state.isClosed).toBe(true);
    const rows = faulty(file, 'goes on');
    await expect(walk(rows.stream)).rejects.toMatchObject({ name: 'IdxError' });
    await expect.poll(() => rows.state.isClosed).toBe(true);
  });
});

test('a gzipped source is not read far ahead of what is asked for, and closed even while it keeps us waiting', async () => {
  const file = await encodeGzippedIdx({ ...ARRAY, shape: [20, 1000] });
  let given = 0;
  let isClosed = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        // Copies of the file, which would go on for ever, but wait after a hundred.
        if (given < 100) controller.enqueue(file.slice());
        given += 1;
      },
      cancel() {
        isClosed = true;
      },
    },
    { highWaterMark: 0 },
  );
  const rows = await openSequentialRows(stream);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(given).toBeLessThan(20);
  await rows.close();
  await expect.poll(() => isClosed).toBe(true);

  const first = file.subarray(0, 9000);
  const waiting = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    cancel() {
      isClosed = true;
    },
  });
  isClosed = false;
  const others = await openSequentialRows(waiting);
  await others.close();
  await expect.poll(() => isClosed).toBe(true);
});

async function walk(stream: ReadableStream<Uint8Array>): Promise<void> {
  const rows = await openSequentialRows(stream);
  for await (const _ of rows.blocks(3));
}
