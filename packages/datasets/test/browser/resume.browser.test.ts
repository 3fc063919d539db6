import { describe, expect, test } from 'vitest';
import { type FetchEvent, openDataset } from '../../src/browser/index.js';
import { NAMES } from '../synthetic-set.js';
import type { MirrorScript } from './mirror-commands.js';
import { entryWith, GZIPPED, pageMirror, QUICK } from './page-mirror.js';

const HALF = 30;
const WHOLE = GZIPPED.get(NAMES.trainImages)?.length;

/** Opens from a mirror that does so with the first file, and tells what that was asked for. */
async function openFrom(script: Pick<MirrorScript, 'answers' | 'cors'>) {
  const mirror = await pageMirror({ only: NAMES.trainImages, ...script });
  const events: FetchEvent[] = [];
  const dataset = await openDataset(await entryWith(mirror), {
    limits: QUICK,
    onProgress: (event) => void events.push(event),
  });
  expect(dataset.train.count).toBe(12);
  const seen = (await mirror.seen()).filter(({ path }) => path.includes(NAMES.trainImages));
  const sizes = events.flatMap((event) =>
    event.phase === 'download' && event.file === NAMES.trainImages ? [event.loaded] : [],
  );
  // Otherwise there would be nothing to take up.
  expect(sizes[0]).toBeGreaterThan(0);
  return { asked: seen.map(({ range, ifRange }) => [range, ifRange]), sizes };
}

describe('a download that breaks off', () => {
  test('is taken up where it broke', async () => {
    const { asked, sizes } = await openFrom({ answers: ['break off', 'send the rest'] });
    expect(asked).toEqual([
      [undefined, undefined],
      [`bytes=${HALF}-`, '"one"'],
    ]);
    expect(sizes).toEqual([HALF, WHOLE]);
  });

  test('is begun again where the file is another by now', async () => {
    const { asked, sizes } = await openFrom({ answers: ['break off', 'good'] });
    expect(asked.map(([range]) => range)).toEqual([undefined, `bytes=${HALF}-`]);
    expect(sizes).toEqual([HALF, WHOLE]);
  });

  // Of such a mirror a page sees no ETag.
  test('is begun again where the page may not see what the file is known by', async () => {
    const { asked } = await openFrom({ answers: ['break off', 'good'], cors: 'usual' });
    expect(asked.map(([range]) => range)).toEqual([undefined, undefined]);
  });

  test('is begun again where the page may not ask for the rest', async () => {
    const { asked } = await openFrom({ answers: ['break off, dated', 'good'], cors: 'usual' });
    // The question whether it may is answered by no, and the request for the rest is never sent.
    expect(asked.map(([range]) => range)).toEqual([undefined, undefined]);
  });

  test('is begun again where the page may not see which part came', async () => {
    const { asked } = await openFrom({
      answers: ['break off, dated', 'send the rest', 'good'],
      cors: 'blind',
    });
    expect(asked.map(([range]) => range)).toEqual([undefined, `bytes=${HALF}-`, undefined]);
  });

  test('of a transfer that was unpacked on the way is begun again', async () => {
    const { asked } = await openFrom({ answers: ['break off, encoded', 'good'] });
    expect(asked.map(([range]) => range)).toEqual([undefined, undefined]);
  });
});
