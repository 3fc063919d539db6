// Trains in a worker of the page, as a web application does, and tells what came of it.
import { openEngine, zeroParameters } from '../src/index.js';
import { digits } from './problems.js';

self.onmessage = async ({ data: threads }: MessageEvent<number | undefined>) => {
  try {
    const engine = await openEngine('simd', { threads });
    const split = await engine.load(digits(200), { minibatch: 100 });
    await engine.writeParameters(zeroParameters(49, 10));
    for (let i = 0; i < 300; i++) {
      const start = 100 * (i % 2);
      await engine.step(split, { start, end: start + 100 }, { learningRate: 0.1 });
    }
    const { weights } = await engine.readParameters();
    engine.close();
    self.postMessage({ description: engine.description, weights });
  } catch (error) {
    self.postMessage({ description: String(error) });
  }
};
