// Conjugate gradient and L-BFGS on the tutorial's 49,800 images from zero, beside what SciPy needs for the same loss.
// usage: node bench/src/full-batch.js [--backend NAME]
// SOFTREG_DATA_DIR names the folder with MNIST.
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { errorRate } from '@softreg/model';
import { TUTORIAL_CG_SETTINGS, trainFullBatch } from '@softreg/trainer';
import { table } from './markdown-table.js';
import { readMnist } from './mnist-in-node.js';
import { describeSetting, settingText } from './setting.js';
import { fail, say } from './terminal.js';

/** `fmin_cg` and L-BFGS-B of SciPy after 50 iterations, on the same loss and gradient. */
const SCIPY = {
  cg: { title: 'conjugate gradient', loss: 0.26502, evaluations: 89 },
  lbfgs: { title: 'L-BFGS', loss: 0.2615, evaluations: 54 },
};

const { values } = parseArgs({ options: { backend: { type: 'string', default: 'simd' } } });
const folder = process.env.SOFTREG_DATA_DIR;
if (!folder) fail(2, 'expected SOFTREG_DATA_DIR to name the folder with MNIST');
const engine = await openEngine(values.backend);
try {
  const data = await readMnist(folder);
  const rows = [];
  for (const [method, scipy] of Object.entries(SCIPY)) {
    say(`${scipy.title}\n`);
    rows.push({ ...scipy, ...(await minimize(method, scipy.loss, data)) });
  }
  const lines = table(
    [
      ['method', (row) => row.title],
      ['loss of SciPy', (row) => row.loss],
      ['its evaluations', (row) => row.evaluations],
      ['ours for that loss', (row) => row.reached],
      ['loss after 50 iterations', (row) => row.last.loss.toFixed(5)],
      ['evaluations', (row) => row.last.evaluations],
      ['best validation error', (row) => percent(row.best.validation)],
      ['its test error', (row) => percent(row.best.test)],
      ['seconds', (row) => row.seconds.toFixed(1)],
    ],
    rows,
  );
  process.stdout.write(
    `${settingText(describeSetting(), `backend ${engine.backend}`)}\n\n${lines.join('\n')}\n`,
  );
} finally {
  engine.close();
}

async function minimize(method, loss, data) {
  const settings = { ...TUTORIAL_CG_SETTINGS, method };
  const began = performance.now();
  let reached;
  let last;
  for await (const event of trainFullBatch({ engine, data, settings })) {
    if (event.type === 'iteration') {
      last = event;
      if (event.loss <= loss) reached ??= event.evaluations;
    }
    if (event.type === 'stop') {
      const seconds = (performance.now() - began) / 1000;
      return { reached, last, best: event.state.best, seconds };
    }
  }
}

function percent(score) {
  return `${(100 * errorRate(score)).toFixed(4)} %`;
}
