import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from '@softreg/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BindingError, type BuildOptions, buildBinding, checkBinding } from '../src/index.js';
import {
  ADDON,
  FRAMEWORK_LIBRARY,
  fakeCompiler,
  fakeLibtensorflow,
  fakePackage,
  MAIN_LIBRARY,
  write,
} from './fakes.js';

let tools: string;
let libtensorflow: string;
let folder: string;

afterEach(() => {
  vi.unstubAllEnvs();
});

beforeEach(() => {
  tools = temporaryFolder();
  libtensorflow = fakeLibtensorflow(join(tools, 'tensorflow'));
  folder = fakePackage(temporaryFolder());
  compilerThat();
});

function compilerThat(script?: string): void {
  vi.stubEnv('CXX', fakeCompiler(tools, script));
}

function build(options: Partial<BuildOptions> = {}) {
  return buildBinding({ package: folder, libtensorflow, ...options });
}

function addWorkingAddon(): void {
  write(join(folder, ADDON), 'works, the old one');
  write(join(folder, FRAMEWORK_LIBRARY), '2.9.1');
}

const content = (file: string) => readFileSync(join(folder, file), 'utf8');
const inode = (path: string) => statSync(path).ino;
const PACKAGE_FILES = ['dist', 'package.json'];

test('puts the addon and its libraries into the package, tells what it does, and leaves nothing else', async () => {
  const lines: string[] = [];
  expect(await build({ onProgress: (line) => lines.push(line) })).toEqual({
    package: '@tensorflow/tfjs-node',
    version: '4.22.0',
    addon: join(folder, ADDON),
    libtensorflow: '2.16.2',
    device: 'CPU',
    built: true,
  });
  expect(content(ADDON)).toBe('works');
  expect(lines).toEqual([`compiling the addon of @tensorflow/tfjs-node in ${folder}`]);
  expect(readdirSync(folder).sort()).toEqual(['deps', 'dist', 'lib', 'package.json']);
  expect(readdirSync(join(folder, 'deps/lib')).sort()).toEqual([
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
  ]);
});

test('the libraries take no room of their own, and stay when the folder they came from goes', async () => {
  await build();
  expect(inode(join(folder, MAIN_LIBRARY))).toBe(
    inode(join(libtensorflow, 'libtensorflow_cc.so.2')),
  );
  rmSync(libtensorflow, { recursive: true });
  expect(await checkBinding(folder)).toMatchObject({ libtensorflow: '2.16.2', built: false });
});

test('of a library that is a link, the file itself is taken', async () => {
  const archive = join(tools, 'archive');
  write(join(archive, 'include/tensorflow/c/c_api.h'), '');
  write(join(archive, 'include/tensorflow/c/eager/c_api.h'), '');
  for (const stem of ['libtensorflow', 'libtensorflow_framework']) {
    write(join(archive, 'lib', `${stem}.so.2.9.1`), '2.9.1');
    symlinkSync(`${stem}.so.2.9.1`, join(archive, 'lib', `${stem}.so.2`));
  }
  await build({ libtensorflow: archive });
  expect(lstatSync(join(folder, 'deps/lib/libtensorflow.so.2')).isFile()).toBe(true);
  expect(await checkBinding(folder)).toMatchObject({ libtensorflow: '2.9.1' });
});

test('tells a graphics card', async () => {
  compilerThat('printf "works on a GPU" > "$out"');
  expect(await build()).toMatchObject({ device: 'GPU' });
});

describe('an addon that is there', () => {
  test('and works is left alone; no compiler is asked', async () => {
    addWorkingAddon();
    const before = inode(join(folder, ADDON));
    vi.stubEnv('CXX', 'no-such-compiler');
    expect(await build()).toMatchObject({ libtensorflow: '2.9.1', built: false });
    expect(inode(join(folder, ADDON))).toBe(before);
  });

  test('and works is replaced when forced; other hard links to its content stay as they were', async () => {
    addWorkingAddon();
    const store = temporaryFolder();
    linkSync(join(folder, ADDON), join(store, 'addon'));
    linkSync(join(folder, FRAMEWORK_LIBRARY), join(store, 'library'));
    expect(await build({ force: true })).toMatchObject({ libtensorflow: '2.16.2', built: true });
    expect(content(ADDON)).toBe('works');
    expect(readFileSync(join(store, 'addon'), 'utf8')).toBe('works, the old one');
    expect(readFileSync(join(store, 'library'), 'utf8')).toBe('2.9.1');
  });

  test('and does not work is replaced without being forced', async () => {
    addWorkingAddon();
    write(join(folder, ADDON), 'half of one');
    expect(await build()).toMatchObject({ built: true });
    expect(content(ADDON)).toBe('works');
  });

  test.each([
    ['a compile that fails', 'printf half > "$out"; exit 1', /_COMPILE_FAILED .*exit code 1/],
    ['a compiler that is killed', 'printf half > "$out"; kill -9 $$', /_COMPILE_FAILED .*SIGKILL/],
    ['a compiler that writes nothing', ':', /_NOT_WORKING .*found no \S+tfjs_binding\.node; build/],
    ['a new one that does not work', 'printf nonsense > "$out"', /_NOT_WORKING .*nonsense/],
  ])('survives %s', async (_, script, reason) => {
    addWorkingAddon();
    compilerThat(script);
    const error: BindingError = await build({ force: true }).then(
      () => Promise.reject(new Error('it was built')),
      (thrown) => thrown,
    );
    expect(`${error.code} ${error.message}`).toMatch(reason);
    expect(content(ADDON)).toBe('works, the old one');
    expect(content(FRAMEWORK_LIBRARY)).toBe('2.9.1');
    expect(readdirSync(folder).sort()).toEqual(['deps', 'dist', 'lib', 'package.json']);
  });
});

describe('a failure leaves the package as it was and says why', () => {
  test('a compile that fails', async () => {
    compilerThat(
      'printf half > "$out"; echo "In file included from x" >&2; echo "x.cc:1:2: error: no such thing" >&2; exit 1',
    );
    await expect(build()).rejects.toMatchObject({
      code: 'BINDING_COMPILE_FAILED',
      message: expect.stringContaining('exit code 1 (x.cc:1:2: error: no such thing)'),
    });
    expect(readdirSync(folder).sort()).toEqual(PACKAGE_FILES);
  });

  test('an addon that does not work', async () => {
    compilerThat('printf nonsense > "$out"');
    await expect(build()).rejects.toMatchObject({
      code: 'BINDING_NOT_WORKING',
      message: expect.stringContaining('found the addon says: nonsense; '),
    });
    expect(readdirSync(folder).sort()).toEqual(PACKAGE_FILES);
  });

  test('an addon that ends the process', async () => {
    write(join(folder, 'dist', 'index.js'), "process.kill(process.pid, 'SIGILL');");
    await expect(build()).rejects.toMatchObject({
      code: 'BINDING_NOT_WORKING',
      message: expect.stringContaining('found SIGILL'),
    });
  });

  test('an addon that computes wrongly', async () => {
    write(
      join(folder, 'dist', 'index.js'),
      'exports.tensor2d = () => ({ matMul: () => ({ arraySync: () => [[58, 64], [139, 155]] }) });',
    );
    await expect(build()).rejects.toMatchObject({
      code: 'BINDING_NOT_WORKING',
      message: expect.stringContaining('found the product [[58,64],[139,155]] in place of'),
    });
  });

  test('a file where a folder should be', async () => {
    write(join(folder, 'deps'), 'in the way');
    await expect(build()).rejects.toMatchObject({
      code: 'BINDING_FILES_FAILED',
      message: expect.stringMatching(/deps\/lib: expected to read and write there, found E\w+ /),
    });
    expect(existsSync(join(folder, ADDON))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('an abort while it compiles: the compiler and its children are gone', async () => {
    const pids = join(tools, 'pids');
    compilerThat(
      `printf half > "$out"; sleep 100 & echo "$$ $!" > ${pids}.new; mv ${pids}.new ${pids}; wait`,
    );
    const controller = new AbortController();
    const built = build({ signal: controller.signal });
    await vi.waitUntil(() => existsSync(pids), 10_000);
    controller.abort(new Error('enough'));
    await expect(built).rejects.toThrow('enough');
    expect(readdirSync(folder).sort()).toEqual(PACKAGE_FILES);
    for (const pid of readFileSync(pids, 'utf8').split(' ')) await untilGone(Number(pid));
  });

  test('an abort before it begins', async () => {
    await expect(build({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    expect(readdirSync(folder).sort()).toEqual(PACKAGE_FILES);
  });
});

describe('what the caller named wrongly', () => {
  test.each(['2.16', '3.0.0', '2.16.2 --index-url=x', '2.16.2\n', ''])(
    'version %j',
    async (tensorflowVersion) => {
      vi.stubEnv('PATH', '/nowhere');
      const cache = join(tools, 'cache');
      await expect(
        build({ libtensorflow: undefined, tensorflowVersion, cache }),
      ).rejects.toMatchObject({ code: 'BINDING_INVALID_ARGUMENT' });
    },
  );

  test('a folder that is no tfjs-node', async () => {
    mkdirSync(join(tools, 'empty'));
    await expect(build({ package: join(tools, 'empty') })).rejects.toMatchObject({
      code: 'BINDING_INVALID_ARGUMENT',
      message: expect.stringContaining('found no package.json'),
    });
    write(
      join(tools, 'other', 'package.json'),
      '{"name": "@tensorflow/tfjs", "version": "4.22.0"}',
    );
    await expect(build({ package: join(tools, 'other') })).rejects.toMatchObject({
      code: 'BINDING_INVALID_ARGUMENT',
      message: expect.stringContaining('found @tensorflow/tfjs; '),
    });
  });
});

/** One whose parent is gone is a zombie until init has asked for it. */
async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 100 && isRunning(pid); i++) await setTimeout(50);
  expect(isRunning(pid)).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
