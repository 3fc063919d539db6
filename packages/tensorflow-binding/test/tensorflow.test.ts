import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required, temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildBinding, findPackages } from '../src/index.js';
import { ADDON, write } from './fakes.js';

// The real package, its real C++ sources and a real compiler; and, where SOFTREG_LIBTENSORFLOW names one, the real libtensorflow.
const NAME = '@tensorflow/tfjs-node-gpu';
const CORE = '@tensorflow/tfjs-core';
const BIN = fileURLToPath(new URL('../bin/tensorflow-binding.js', import.meta.url));
const INSTALLED = realpathSync(
  dirname(createRequire(import.meta.url).resolve(`${NAME}/package.json`)),
);
const DEPENDENCIES = join(INSTALLED, '..', '..');
const COMPILER = 'g++';
const ELF_READER = 'readelf';
const MINUTES = 60_000;

const libtensorflow = realLibtensorflow();
const noCompiler = spawnSync(COMPILER, ['--version']).status !== 0;
if (noCompiler) process.stderr.write('SKIPPED, tests that compile: there is no g++\n');

function realLibtensorflow(): string {
  const folder = process.env.SOFTREG_LIBTENSORFLOW ?? '';
  if (folder !== '') return folder;
  const notice =
    'set SOFTREG_LIBTENSORFLOW to the folder of an installed Python package tensorflow, or to one in the cache of tensorflow-binding';
  if (required('tensorflow')) throw new Error(`SOFTREG_REQUIRE names tensorflow: ${notice}`);
  process.stderr.write(`SKIPPED, tests on a real libtensorflow: ${notice}\n`);
  return '';
}

let project: string;
let folder: string;

/** A copy of the package with links to what it depends on. */
beforeEach(() => {
  project = realpathSync(temporaryFolder());
  folder = join(project, 'node_modules', NAME);
  cpSync(INSTALLED, folder, {
    recursive: true,
    filter: (path) => !['node_modules', 'lib', 'deps'].includes(basename(path)),
  });
  for (const name of namesBelow(DEPENDENCIES).filter((name) => name !== NAME)) {
    linkModule(name, join(DEPENDENCIES, name));
  }
  // It loads this one as well, without asking for it in its package.json.
  const tensorflow = createRequire(
    realpathSync(join(DEPENDENCIES, '@tensorflow/tfjs/package.json')),
  );
  linkModule(CORE, dirname(tensorflow.resolve(`${CORE}/package.json`)));
});

function linkModule(name: string, target: string): void {
  const path = join(project, 'node_modules', name);
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(realpathSync(target), path);
}

function namesBelow(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((own) => `${name}/${own}`) : name,
    );
}

const dotFiles = () => readdirSync(folder).filter((name) => name.startsWith('.'));

/** An archive of the C library whose libtensorflow does nothing itself, and gets all from the libraries named. */
function archive(...behind: string[]): string {
  const path = join(project, 'archive');
  mkdirSync(join(path, 'lib'), { recursive: true });
  symlinkSync(join(libtensorflow, 'include'), join(path, 'include'));
  execFileSync(COMPILER, [
    ...['-shared', write(join(path, 'empty.cc'), '')],
    ...['-o', join(path, 'lib', 'libtensorflow.so.2.16.2'), '-Wl,-soname,libtensorflow.so.2'],
    ...[`-L${libtensorflow}`, '-Wl,--no-as-needed', ...behind, `-Wl,-rpath,${libtensorflow}`],
  ]);
  symlinkSync('libtensorflow.so.2.16.2', join(path, 'lib', 'libtensorflow.so.2'));
  symlinkSync(
    join(libtensorflow, 'libtensorflow_framework.so.2'),
    join(path, 'lib', 'libtensorflow_framework.so.2'),
  );
  return path;
}

const COMPUTE = `
  import { createRequire } from 'node:module';
  import util from 'node:util';
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = createRequire(process.cwd() + '/any.js')('${NAME}');
  const rows = (count, columns, f) => Array.from({ length: count }, (_, i) => Array.from({ length: columns }, (_, j) => f(i, j)));
  const a = rows(20, 30, (i, j) => Math.sin(i * 30 + j));
  const b = rows(30, 10, (i, j) => Math.cos(i * 10 + j));
  const product = tf.tensor2d(a).matMul(tf.tensor2d(b)).arraySync();
  const error = Math.max(...product.flatMap((row, i) => row.map((x, j) => Math.abs(x - a[i].reduce((sum, y, k) => sum + y * b[k][j], 0)))));
  const { indices } = tf.topk(tf.tensor1d([1, 9, 3]), 2);
  console.log(tf.getBackend(), error < 1e-5, indices.arraySync().join());`;

function compute(): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', COMPUTE], {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe.skipIf(noCompiler || libtensorflow === '')('with a real libtensorflow', () => {
  test('the command compiles the addon, and a program computes with it', {
    timeout: 5 * MINUTES,
  }, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [BIN, '--libtensorflow', libtensorflow],
      { cwd: project, encoding: 'utf8' },
    );
    expect(stdout, stderr).toMatch(
      /^@tensorflow\/tfjs-node-gpu 4\.22\.0: libtensorflow 2\.\d+\.\d+, CPU, works\n$/,
    );
    expect(status).toBe(0);
    expect(compute()).toBe('tensorflow true 1,2\n');
    expect(dotFiles()).toEqual([]);
    // All its functions are looked up when it is loaded, also those that no matrix product calls.
    const dynamic = execFileSync(ELF_READER, ['--dynamic', join(folder, ADDON)], {
      encoding: 'utf8',
    });
    expect(dynamic).toMatch(/\(FLAGS_1\).*NOW/);
  });

  test('also against an archive of the C library', { timeout: 5 * MINUTES }, async () => {
    const [found = ''] = await findPackages(project);
    const path = archive('-l:libtensorflow_cc.so.2');
    expect(await buildBinding({ package: found, libtensorflow: path })).toMatchObject({
      package: NAME,
      addon: join(folder, ADDON),
      built: true,
    });
    expect(readdirSync(join(folder, 'deps', 'lib')).sort()).toEqual([
      'libtensorflow.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect(compute()).toBe('tensorflow true 1,2\n');
  });

  test('a libtensorflow that lacks functions is noticed before the package is touched', {
    timeout: 5 * MINUTES,
  }, async () => {
    await expect(buildBinding({ package: folder, libtensorflow: archive() })).rejects.toMatchObject(
      {
        code: 'BINDING_NOT_WORKING',
        message: expect.stringMatching(/undefined symbol: TFE?_\w+/),
      },
    );
    expect(readdirSync(folder)).not.toContain('lib');
    expect(dotFiles()).toEqual([]);
  });
});

test.skipIf(noCompiler)(
  'what the real compiler says is told',
  { timeout: 5 * MINUTES },
  async () => {
    const path = join(project, 'broken');
    write(join(path, 'include', 'tensorflow', 'c', 'c_api.h'), '#error too old a library\n');
    write(join(path, 'include', 'tensorflow', 'c', 'eager', 'c_api.h'), '');
    write(join(path, 'libtensorflow_cc.so.2'), '');
    write(join(path, 'libtensorflow_framework.so.2'), '');
    await expect(buildBinding({ package: folder, libtensorflow: path })).rejects.toMatchObject({
      code: 'BINDING_COMPILE_FAILED',
      message: expect.stringMatching(/c_api\.h:1:2: error: #error too old a library/),
    });
    expect(readdirSync(folder)).not.toContain('lib');
    expect(dotFiles()).toEqual([]);
  },
);
