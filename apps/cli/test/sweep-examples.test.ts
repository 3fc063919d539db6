import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { required, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { BIN, readConfig, readReports, settingNumbers, withoutSeconds } from './sweep-runs.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

// The examples as they are in the docs, run with a softreg that adds where the data are and that a run is short.
const EXAMPLES = fileURLToPath(new URL('../../../docs/sweep/', import.meta.url));
const run = promisify(execFile);
const folder = temporaryFolder();
const bin = join(folder, 'bin');
const whole = join(folder, 'whole');

beforeAll(async () => {
  const data = join(folder, 'data');
  writeSyntheticDigits(data, { trainCount: 4320, testCount: 600 });
  mkdirSync(bin);
  const from = `--data-dir '${data}' --no-verify`;
  const lines = [
    '#!/bin/sh',
    'case "$*" in',
    `  "sweep merge"*) exec '${process.execPath}' '${BIN}' "$@" ;;`,
    `  *--resume*) shift; exec '${process.execPath}' '${BIN}' sweep ${from} "$@" ;;`,
    `  *) shift; exec '${process.execPath}' '${BIN}' sweep ${from} --epochs 1 "$@" ;;`,
    'esac',
  ];
  writeFileSync(join(bin, 'softreg'), `${lines.join('\n')}\n`);
  chmodSync(join(bin, 'softreg'), 0o755);
  const grid = '--learning-rate 0.03,0.1,0.3 --batch-size 100,600 --l2 0,1e-4 --backend simd';
  await bash(`softreg sweep ${grid} --out '${whole}'`, folder);
});

function bash(script: string, cwd: string, env: Record<string, string> = {}) {
  const path = `${bin}:${process.env.PATH}`;
  return run('bash', ['-ec', script], { cwd, env: { ...process.env, ...env, PATH: path } });
}

/** Whether a merged sweep is what one process makes of it. */
function expectWhole(merged: string): void {
  const [expected, found] = [readReports(whole), readReports(merged)];
  for (const [name, text] of Object.entries(expected)) {
    expect(withoutSeconds(found[name] as string), name).toBe(withoutSeconds(text));
  }
}

function isThere(command: string, ...test: string[]): boolean {
  try {
    execFileSync(command, test, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the Slurm array', () => {
  const script = join(EXAMPLES, 'slurm-array.sh');

  test('is a bash script with four tasks', async () => {
    await run('bash', ['-n', script]);
    const text = readFileSync(script, 'utf8');
    expect(text).toMatch(/^#SBATCH --array=1-4$/m);
    // Slurm reads no further than the first command.
    expect(text.indexOf('set -euo')).toBeGreaterThan(text.lastIndexOf('#SBATCH'));
  });

  test('trains a shard in each task, and goes on with one that is queued again', async () => {
    const at = temporaryFolder();
    const task = (id: number) =>
      bash(`'${script}'`, at, {
        SLURM_ARRAY_TASK_ID: String(id),
        SLURM_ARRAY_TASK_COUNT: '4',
        SLURM_CPUS_PER_TASK: '2',
      });
    for (const id of [1, 2, 3, 4]) {
      await task(id);
      expect(readConfig(join(at, 'shards', String(id))).shard).toEqual({ number: id, count: 4 });
    }
    const third = join(at, 'shards', '3');
    rmSync(join(third, 'settings', '00007', 'result.json'));
    expect((await task(3)).stderr).toContain('1 of 3 settings to train');
    expect(settingNumbers(third)).toEqual([3, 7, 11]);
    await bash('softreg sweep merge shards/* --out sweep', at);
    expectWhole(join(at, 'sweep'));
  });
});

const hasYaml = isThere('python3', '-c', 'import yaml');
if (!hasYaml) process.stderr.write('SKIPPED, the Kubernetes example: no python3 with yaml\n');

describe.skipIf(!hasYaml)('the Kubernetes Job', () => {
  test('is an indexed one, and its pods train the shards of a sweep', async () => {
    const read =
      'import json,sys,yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))';
    const { stdout } = await run('python3', ['-c', read, join(EXAMPLES, 'kubernetes-job.yaml')]);
    const [job, ...more] = JSON.parse(stdout);
    expect(more).toEqual([]);
    expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job' });
    expect(job.spec).toMatchObject({ completionMode: 'Indexed', completions: 4 });
    const pod = job.spec.template.spec;
    expect(pod.restartPolicy).toBe('Never');
    const [container] = pod.containers;
    const volumes = pod.volumes.map(({ name }: { name: string }) => name).sort();
    expect(container.volumeMounts.map(({ name }: { name: string }) => name).sort()).toEqual(
      volumes,
    );
    const mounts = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(mounts).toContain(container.env[0].value);
    expect(container.env[0].name).toBe('SOFTREG_DATA_DIR');

    const at = temporaryFolder();
    const [shell, flag] = container.command as [string, string];
    expect([shell, flag]).toEqual(['/bin/sh', '-c']);
    const [script] = container.args as [string];
    expect(mounts).toContain('/results');
    const own = script.replaceAll('/results', join(at, 'results'));
    const pods = Array.from({ length: job.spec.completions }, (_, index) => index);
    for (const index of [...pods, 2]) {
      await bash(`${shell} -ec "$SCRIPT"`, at, {
        SCRIPT: own,
        JOB_COMPLETION_INDEX: String(index),
      });
    }
    const text = readFileSync(join(EXAMPLES, 'kubernetes-job.yaml'), 'utf8');
    const [, merge] = /at hand: (softreg sweep merge .*)$/m.exec(text) ?? [];
    await bash((merge as string).replaceAll('/results', join(at, 'results')), at);
    expectWhole(join(at, 'sweep'));
  });
});

const hasParallel = isThere('parallel', '--version');
if (!hasParallel) {
  const notice = 'GNU parallel is not installed';
  if (required('parallel')) throw new Error(`SOFTREG_REQUIRE names parallel, but ${notice}`);
  process.stderr.write(`SKIPPED, the example of GNU parallel: ${notice}\n`);
}

describe.skipIf(!hasParallel)('GNU parallel', () => {
  test('trains the shards, and the merged sweep is that of one process', async () => {
    const at = temporaryFolder();
    await bash(`'${join(EXAMPLES, 'gnu-parallel.sh')}'`, at);
    for (const number of [1, 2, 3, 4]) {
      expect(existsSync(join(at, 'shards', String(number), 'results.csv'))).toBe(true);
    }
    expectWhole(join(at, 'sweep'));
  });
});
