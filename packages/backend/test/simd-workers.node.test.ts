import { execFile } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  BackendError,
  chooseEngine,
  type Engine,
  openEngine,
  zeroParameters,
} from '../src/index.js';
import { digits } from './problems.js';

const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
const Real = threads.Worker;

/** Has whoever starts a worker start this one. */
function startInstead(create: (...args: ConstructorParameters<typeof Worker>) => Worker): void {
  vi.spyOn(threads, 'Worker').mockImplementation(function start(file, options) {
    return create(file, options);
  });
  syncBuiltinESMExports();
}

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('a worker that does not start is a reason, and the next backend runs', () => {
  test.each([
    [
      'its file is missing',
      () => new Real('/nowhere/worker.js'),
      /^a worker failed: Cannot find module/,
    ],
    [
      'it throws',
      () => new Real('throw new Error("no thread for you")', { eval: true }),
      /^a worker failed: no thread for you$/,
    ],
    ['it ends at once', () => new Real('', { eval: true }), /^a worker ended with code 0$/],
  ])('%s', async (_, create, reason) => {
    startInstead(create);
    await expect(openEngine('simd', { threads: 2 })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      reason: expect.stringMatching(reason),
      fix: 'ask for one thread',
    });
    const { engine } = await chooseEngine({ threads: undefined });
    expect(['wasm', 'tensorflow', 'cpu', 'webgpu']).toContain(engine.backend);
    engine.close();
  });

  test('it is silent', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    startInstead(() => new Real('setInterval(() => {}, 1000)', { eval: true }));
    let isOver = false;
    const refused = expect(openEngine('simd', { threads: 2 }))
      .rejects.toMatchObject({ reason: 'a worker was not ready within 10 seconds' })
      .finally(() => {
        isOver = true;
      });
    while (!isOver) {
      await vi.advanceTimersByTimeAsync(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await refused;
    vi.useRealTimers();
  });
});

describe('a worker that is gone', () => {
  async function openWithWorker(): Promise<{ engine: Engine; worker: Worker }> {
    const workers: Worker[] = [];
    startInstead((file, options) => {
      const worker = new Real(file, options);
      workers.push(worker);
      return worker;
    });
    const engine = await openEngine('simd', { threads: 2 });
    return { engine, worker: workers.at(-1) as Worker };
  }

  test('is a lost device, at the next step', async () => {
    const { engine, worker } = await openWithWorker();
    const split = await engine.load(digits(100), { minibatch: 100 });
    await engine.writeParameters(zeroParameters(49, 10));
    await worker.terminate();
    const work = [
      async () => engine.step(split, { start: 0, end: 100 }, { learningRate: 1 }),
      () => engine.countErrors(split, { start: 0, end: 100 }),
      () => engine.readParameters(),
      () => engine.readRunningLoss(),
      () => engine.load(digits(10)),
    ];
    for (const each of work) {
      await expect(each()).rejects.toMatchObject({
        code: 'BACKEND_LOST',
        backend: 'simd',
        reason: 'a worker ended with code 1',
      });
    }
    engine.close();
  });

  test('while it works, gives right numbers or a lost device, and never waits for ever', async () => {
    const examples = digits(2000);
    const steps = 400;
    const train = async (engine: Engine, strike: () => void) => {
      const split = await engine.load(examples, { minibatch: 500 });
      await engine.writeParameters(zeroParameters(49, 10));
      // Nothing is awaited from here on, so that the end comes in the midst of it.
      for (let i = 0; i < steps; i++) {
        if (i === 5) strike();
        const start = 500 * (i % 4);
        engine.step(split, { start, end: start + 500 }, { learningRate: 0.1 });
      }
    };
    const expected = await openEngine('simd', { threads: 1 });
    await train(expected, () => {});
    const { weights } = await expected.readParameters();
    expected.close();
    for (let i = 0; i < 8; i++) {
      const { engine, worker } = await openWithWorker();
      // Twenty seconds of patience, in no time.
      let now = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => (now += 5_000));
      const outcome = await train(engine, () => void worker.terminate()).catch((error) => error);
      vi.mocked(performance.now).mockRestore();
      if (outcome === undefined) {
        // Read before the event loop can tell of the end.
        await expect(engine.readParameters()).resolves.toMatchObject({ weights });
      } else {
        expect(BackendError.isInstance(outcome) && outcome.code).toBe('BACKEND_LOST');
      }
      engine.close();
    }
  });
});

test('a program that forgets to close its engine ends all the same', async () => {
  const script = `
    import { openEngine } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const engine = await openEngine('simd', { threads: 2 });
    console.log(engine.backend);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { timeout: 20_000 },
  );
  expect(stdout).toBe('simd\n');
});
