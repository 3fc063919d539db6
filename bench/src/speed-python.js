import { fileURLToPath } from 'node:url';
import { runChild } from './speed-child.js';

const PEERS = fileURLToPath(new URL('../peers/', import.meta.url));
const PYTHON = process.env.SOFTREG_BENCH_PYTHON || 'python3';
/** What a script needs, of Debian and of PyPI. */
const PACKAGES = {
  'with_numpy.py': ['python3-numpy libopenblas0', 'numpy'],
  'with_torch.py': ['python3-torch', 'numpy and torch'],
  'with_sklearn.py': ['python3-sklearn libopenblas0', 'scikit-learn'],
};

/**
 * Runs a script of `bench/peers`.
 *
 * @returns {Promise<object>} what it reports, with `works` and `wallMs`
 */
export async function pythonRun({ script: [name, ...args], folder, threads, maxSeconds, whole }) {
  const { result, wallMs, ...ending } = await runChild(PYTHON, ['-B', `${PEERS}${name}`, ...args], {
    env: {
      SOFTREG_DATA_DIR: folder,
      ...(whole ? {} : { SOFTREG_BENCH_SECONDS: String(maxSeconds) }),
      OPENBLAS_NUM_THREADS: String(threads),
      OMP_NUM_THREADS: String(threads),
      MKL_NUM_THREADS: String(threads),
    },
    maxSeconds,
  });
  return ending.works ? { ...result, wallMs } : withFix(ending, name);
}

function withFix({ works, reason, line }, script) {
  const module = /No module named '(\w+)/.exec(line ?? '')?.[1];
  if (line !== undefined && module === undefined) return { works, reason };
  const [debian, pypi] = PACKAGES[script];
  return {
    works,
    isMissing: true,
    reason: module === undefined ? reason : `${PYTHON} has no ${module}`,
    fix: `on Debian apt-get install ${debian}; or ${pypi} from PyPI, with SOFTREG_BENCH_PYTHON naming that Python`,
  };
}
