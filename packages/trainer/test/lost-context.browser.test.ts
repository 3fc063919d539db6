import { openEngine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type LostEvent,
  type StopEvent,
  type TrainingEvent,
  type TrainOptions,
  train,
} from '../src/index.js';
import { DATA, eventsOf, SETTINGS, stopOf } from './small-run.js';

// WebGL is the one device that a page can take away from itself: the contexts that TensorFlow.js asks for are caught here.
const contexts: WebGL2RenderingContext[] = [];
const { getContext } = OffscreenCanvas.prototype;

beforeAll(() => {
  OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...wanted: unknown[]) {
    const context = Reflect.apply(getContext, this, wanted);
    if (context instanceof WebGL2RenderingContext) contexts.push(context);
    return context;
  } as typeof getContext;
});

afterAll(() => {
  OffscreenCanvas.prototype.getContext = getContext;
});

function loseContexts(): void {
  for (const context of contexts) {
    if (!context.isContextLost()) context.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

const OPTIONS = {
  data: DATA,
  settings: { ...SETTINGS, shuffle: true, seed: 3, validationFrequency: 4 },
};

/** A run on WebGL whose context is lost after so many events. */
async function lossyRun(after: number, reopen: TrainOptions['reopen']): Promise<TrainingEvent[]> {
  const engine = await openEngine('webgl');
  const events: TrainingEvent[] = [];
  for await (const event of train({ ...OPTIONS, engine, reopen })) {
    events.push(event);
    if (events.length === after) loseContexts();
  }
  engine.close();
  return events;
}

describe('a WebGL context that is lost', () => {
  let straight: StopEvent;
  beforeAll(async () => {
    const engine = await openEngine('webgl');
    straight = stopOf(await eventsOf({ ...OPTIONS, engine }));
    engine.close();
  });

  test.each([
    [1, 1],
    [4, 4],
    // Validation, best and test are told after each other, with no call of the device in between.
    [5, 7],
    [6, 7],
    [11, 11],
    [33, 33],
  ])('after %i events is noticed within a step, after %i', async (after, noticed) => {
    const events = await lossyRun(after, () => openEngine('webgl'));
    const [lost] = events.filter(({ type }) => type === 'lost') as [LostEvent];
    expect(events.indexOf(lost)).toBe(noticed);
    expect(lost).toMatchObject({ backend: 'webgl', reason: expect.stringContaining('context') });
    expect(stopOf(events)).toEqual(straight);
  });

  test('leaves the run to another backend, with the same counts', async () => {
    const events = await lossyRun(17, () => openEngine('cpu'));
    expect(events.some(({ type }) => type === 'lost')).toBe(true);
    expect(stopOf(events).state.history).toEqual(straight.state.history);
    expect(stopOf(events).scores).toEqual(straight.scores);
  });
});
