import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { openWideEngines, type Split, zeroParameters } from '../src/index.js';
import { letDawnGo, useSoftwareCard } from './dawn.js';
import { needBackend } from './need-backend.js';
import { digits } from './problems.js';
import { describeWide } from './wide-suite.js';

useSoftwareCard();
afterAll(letDawnGo);

if (await needBackend('webgpu')) {
  // Alone a step there is two kernels of our own, which add in another order.
  describeWide('webgpu', 1e-5);

  const lost = {
    code: 'BACKEND_LOST',
    message: expect.stringMatching(/^backend webgpu: its device is lost .*; go on from the last/),
  };
  const lose = async () => {
    const { device } = tf.findBackend('webgpu') as unknown as {
      device: { destroy(): void; lost: Promise<unknown> };
    };
    device.destroy();
    await device.lost;
  };
  const rows = { start: 0, end: 20 };
  const start = async () => {
    const engines = await openWideEngines('webgpu', 3);
    const examples = digits(20);
    const splits: Split[] = [];
    for (const engine of engines) {
      splits.push(await engine.load(examples));
      await engine.writeParameters(zeroParameters(49, 10));
    }
    const stepAll = () =>
      Promise.allSettled(
        engines.map((engine, i) => engine.step(splits[i] as Split, rows, { learningRate: 0.1 })),
      );
    return { engines, splits, stepAll };
  };

  test('a loss of the device is told to each engine, whatever it asks for', async () => {
    const { engines, splits, stepAll } = await start();
    expect((await stepAll()).map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    await lose();
    const outcomes = await stepAll();
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: lost });
    expect(outcomes).toHaveLength(3);
    for (const [i, engine] of engines.entries()) {
      const split = splits[i] as Split;
      const calls = [
        () => engine.load(digits(4)),
        () => engine.lossAndGradient(split, rows),
        () => engine.countErrors(split, rows),
        () => engine.probabilities(split, rows),
        () => engine.readParameters(),
        () => engine.writeParameters(zeroParameters(49, 10)),
        () => engine.readRunningLoss(),
        () => engine.writeRunningLoss({ sum: 0, steps: 0 }),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject(lost);
      engine.close();
    }
  }, 120_000);

  test('a reading under way is refused, and does not hang; new engines get a new device', async () => {
    const { engines, stepAll } = await start();
    await stepAll();
    const readings = engines.map((engine) =>
      expect(engine.readParameters()).rejects.toMatchObject(lost),
    );
    void lose();
    await Promise.all(readings);
    for (const engine of engines) engine.close();
    const next = await start();
    expect((await next.stepAll()).map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    for (const engine of next.engines) {
      expect((await engine.readRunningLoss()).sum).toBeCloseTo(Math.log(10), 5);
      engine.close();
    }
  }, 120_000);

  test('losses between two steps are heard of at once', async () => {
    const { engines, stepAll } = await start();
    let known = false;
    void lose().then(() => {
      known = true;
    });
    let stepsAfter = 0;
    for (let i = 0; i < 10_000; i++) {
      const outcomes = await stepAll();
      if (outcomes.some(({ status }) => status === 'rejected')) {
        for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: lost });
        break;
      }
      if (known) stepsAfter += 1;
    }
    expect(stepsAfter).toBeLessThanOrEqual(1);
    expect(known).toBe(true);
    for (const engine of engines) engine.close();
  }, 120_000);
}
