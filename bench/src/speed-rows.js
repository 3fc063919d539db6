import { nodeRun } from './speed-node.js';
import { pythonRun } from './speed-python.js';

const BACKENDS = ['wasm', 'cpu'];
const PEERS = [
  { group: 'numpy', title: 'NumPy', script: ['with_numpy.py'] },
  { group: 'torch', title: 'PyTorch', script: ['with_torch.py'] },
  {
    group: 'sklearn-mlp',
    title: 'scikit-learn, `MLPClassifier`',
    script: ['with_sklearn.py', 'mlp'],
  },
  {
    group: 'sklearn-sgd',
    title: 'scikit-learn, `SGDClassifier`',
    script: ['with_sklearn.py', 'sgd'],
    computesAnotherThing: true,
  },
];

/** Threads to try of what may have several; undefined for what takes no number. */
export function threadsOf(backend, cores) {
  if (backend !== 'simd') return [undefined];
  return cores === 1 ? [1] : [1, cores];
}

/**
 * What trains the tutorial's run: ours with the engine first, then the peers.
 *
 * @returns {{ name: string, group: string, title: string, threads?: number, computesAnotherThing?: boolean,
 *   run: (options: { folder: string, maxSeconds: number }) => Promise<object> }[]}
 */
export function rowsOf(engine, cores) {
  const ours = [...new Set([engine, ...BACKENDS])].map((backend) => ({
    group: backend,
    title: `softreg, \`${backend}\``,
    threads: threadsOf(backend, cores),
    run: (options) => nodeRun({ work: 'train', backend, ...options }),
  }));
  const fits = BACKENDS.map((backend) => ({
    group: `fit-${backend}`,
    title: `\`tf.LayersModel.fit\`, ${backend}`,
    threads: [undefined],
    run: (options) => nodeRun({ work: 'fit', backend, ...options }),
  }));
  const peers = PEERS.map(({ script, ...peer }) => ({
    ...peer,
    threads: cores === 1 ? [1] : [1, cores],
    run: (options) => pythonRun({ script, ...options }),
  }));
  return [...ours, ...fits, ...peers].flatMap(({ threads: numbers, run, ...row }) =>
    numbers.map((threads) => ({
      ...row,
      name: nameOf(row.group, threads),
      threads,
      run: (options) => run({ ...options, threads }),
    })),
  );
}

export function nameOf(group, threads) {
  if (threads === undefined) return group;
  return `${group}-${threads === 1 ? '1' : 'all'}`;
}
