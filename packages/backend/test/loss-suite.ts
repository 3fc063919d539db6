import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  type Engine,
  type OpenEngineOptions,
  openEngine,
  openReferenceEngine,
  zeroParameters,
} from '../src/index.js';
import { digits } from './problems.js';

/** Take the device away, and tell when that is known. */
const LOSE = {
  async webgl() {
    const { gl } = (tf.findBackend('webgl') as unknown as { gpgpu: { gl: WebGL2RenderingContext } })
      .gpgpu;
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  },
  async webgpu() {
    const { device } = tf.findBackend('webgpu') as unknown as {
      device: { destroy(): void; lost: Promise<unknown> };
    };
    device.destroy();
    await device.lost;
  },
} as const;

/** What an engine must do whose device goes away under it: really, by the browser's or Dawn's own means. */
export function describeLoss(backend: keyof typeof LOSE, options: OpenEngineOptions = {}): void {
  describe(`engine ${backend} whose device is lost`, { timeout: 120_000 }, () => {
    const rows = { start: 0, end: 20 };
    const update = { learningRate: 0.5 };
    const lost = {
      code: 'BACKEND_LOST',
      message: expect.stringMatching(
        new RegExp(`^backend ${backend}: .*(lost|context away).*; go on from the last state`),
      ),
    };
    const start = async (): Promise<[Engine, Awaited<ReturnType<Engine['load']>>]> => {
      const engine = await openEngine(backend, options);
      await engine.writeParameters(zeroParameters(49, 10));
      return [engine, await engine.load(digits(20))];
    };

    test('no step is taken after the loss is known, nor anything else', async () => {
      const [engine, split] = await start();
      await engine.step(split, rows, update);
      await LOSE[backend]();
      const calls = [
        async () => engine.step(split, rows, update),
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
    });

    test('it is known as soon as the thread hears of it between two steps', async () => {
      const [engine, split] = await start();
      let known = false;
      void LOSE[backend]().then(() => {
        known = true;
      });
      let stepsAfter = 0;
      const train = async () => {
        for (let i = 0; i < 10_000; i++) {
          await engine.step(split, rows, update);
          if (known) stepsAfter += 1;
        }
      };
      await expect(train()).rejects.toMatchObject(lost);
      expect(stepsAfter).toBeLessThanOrEqual(1);
      engine.close();
    });

    test('a reading under way is refused, and does not hang', async () => {
      const [engine, split] = await start();
      for (let i = 0; i < 3; i++) await engine.step(split, rows, update);
      const reading = engine.readParameters();
      void LOSE[backend]();
      await expect(reading).rejects.toMatchObject(lost);
      engine.close();
    });

    test('a new engine computes on a new device, and the old one stays lost', async () => {
      const [old, split] = await start();
      await LOSE[backend]();
      const [engine, newSplit] = await start();
      const reference = openReferenceEngine();
      await reference.writeParameters(zeroParameters(49, 10));
      const expected = await reference.load(digits(20));
      for (let i = 0; i < 3; i++) {
        await engine.step(newSplit, rows, update);
        reference.step(expected, rows, update);
      }
      const { weights } = await engine.readParameters();
      const wanted = (await reference.readParameters()).weights;
      expect(
        Math.max(...weights.map((weight, i) => Math.abs(weight - (wanted[i] ?? 9)))),
      ).toBeLessThan(1e-5);
      await expect(async () => old.step(split, rows, update)).rejects.toMatchObject(lost);
      old.close();
      engine.close();
    });

    test('losses leave no tensor behind', async () => {
      const before = tf.memory().numTensors;
      for (let i = 0; i < 2; i++) {
        const [engine, split] = await start();
        await engine.step(split, rows, update);
        void LOSE[backend]();
        await engine.readParameters().catch(() => undefined);
        engine.close();
      }
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}
