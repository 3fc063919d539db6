import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHON = process.env.SOFTREG_PYTHON ?? 'python3';
const SCRIPT = fileURLToPath(new URL('python-reader.py', import.meta.url));

const check = spawnSync(PYTHON, ['-c', 'import numpy'], { encoding: 'utf8' });

export const hasPython = check.status === 0;

if (!hasPython) {
  const reason = check.error?.message ?? check.stderr.trim().split('\n').at(-1);
  process.stderr.write(
    'SKIPPED, pickles read by Python too: that needs a Python with numpy, ' +
      `named by SOFTREG_PYTHON (${PYTHON}: ${reason})\n`,
  );
}

/** What Python makes of each pickle, in the form of canonical.ts, or why it refuses it. */
export function readByPython(pickles: readonly Uint8Array[]): string[] {
  const input = pickles.flatMap((bytes) => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(bytes.length);
    return [head, bytes];
  });
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-W', 'ignore', SCRIPT], {
    input: Buffer.concat(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`python-reader.py: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

/** @param accepted pickles that we read, and what of them in the form of canonical.ts */
export function demandThatPythonReadsTheSame(
  accepted: readonly (readonly [Uint8Array, string])[],
): void {
  if (!hasPython || accepted.length === 0) return;
  const read = readByPython(accepted.map(([bytes]) => bytes));
  if (read.length !== accepted.length) throw new Error(`Python read ${read.length} pickles`);
  for (const [index, [bytes, value]] of accepted.entries()) {
    if (read[index] === value) continue;
    const pickle = JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 3000));
    const found = read[index]?.slice(0, 2000);
    throw new Error(`${pickle}\nwe read ${value.slice(0, 2000)}\nPython ${found}`);
  }
}
