import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PINNED, type WheelOptions, wheelLibtensorflow } from '../src/wheel.js';
import { executable } from './fakes.js';

// Real pip, on wheels that are made here: it looks in a folder in place of an index.
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const HEADERS = ['tensorflow/c/c_api.h', 'tensorflow/c/eager/c_api.h', 'tsl/platform/ctstring.h'];
const WANTED = [...LIBRARIES, ...HEADERS.map((header) => `include/${header}`)];
const UNWANTED = [
  '__init__.py',
  'libother.so.2',
  'include/tensorflow/core/graph.h',
  'include/tensorflow/c/x.cc',
];

const MAKE_WHEEL = `
import sys, zipfile
folder, version, *files = sys.argv[1:]
info = f'tensorflow_cpu-{version}.dist-info/'
tags = 'cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64'
with zipfile.ZipFile(f'{folder}/tensorflow_cpu-{version}-{tags}.whl', 'w') as wheel:
    wheel.writestr(info + 'METADATA', f'Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: {version}\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\n')
    wheel.writestr(info + 'RECORD', '')
    for name in files: wheel.writestr('tensorflow/' + name, name)
`;

let index: string;
let cache: string;

const reason = whyNoPip();
if (reason !== undefined) process.stderr.write(`SKIPPED, tests of fetching a wheel: ${reason}\n`);

function whyNoPip(): string | undefined {
  const { error, status, stderr } = spawnSync('python3', ['-m', 'pip', '--version'], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `python3 -m pip does not run (${error?.message ?? stderr})`;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

beforeEach(() => {
  index = temporaryFolder();
  cache = join(temporaryFolder(), 'new', 'cache');
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', index);
});

function makeWheel(version: string, files: readonly string[] = [...WANTED, ...UNWANTED]): void {
  execFileSync('python3', ['-c', MAKE_WHEEL, index, version, ...files]);
}

function fetchWheel(options: Partial<WheelOptions> = {}) {
  return wheelLibtensorflow({
    version: '2.10.7',
    cache,
    machine: { platform: 'linux', arch: 'x64', glibc: true },
    onProgress: () => undefined,
    ...options,
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

describe.skipIf(reason !== undefined)('with pip', () => {
  test('keeps the libraries and the headers of a wheel, and nothing else', async () => {
    makeWheel('2.10.7');
    const lines: string[] = [];
    const found = await fetchWheel({ onProgress: (line) => lines.push(line) });
    const kept = join(cache, 'tensorflow-cpu-2.10.7');
    expect(found).toEqual({
      include: join(kept, 'include'),
      libraries: LIBRARIES.map((name) => ({ name, path: join(kept, name) })),
    });
    expect(filesBelow(cache)).toEqual(WANTED.map((name) => `tensorflow-cpu-2.10.7/${name}`).sort());
    expect(readFileSync(join(kept, LIBRARIES[0] ?? ''), 'utf8')).toBe(LIBRARIES[0]);
    expect(readdirSync(cache)).toEqual(['tensorflow-cpu-2.10.7']);
    expect(lines).toEqual([
      'downloading tensorflow-cpu 2.10.7 with python3 -m pip',
      `unpacking 2.10.7 into ${kept}`,
    ]);
  });

  test('what is in the cache is used without Python', async () => {
    makeWheel('2.10.7');
    const first = await fetchWheel();
    vi.stubEnv('PATH', '/nowhere');
    expect(await fetchWheel()).toEqual(first);
  });

  test('many at once', async () => {
    makeWheel('2.10.7');
    const found = await Promise.all([1, 2, 3, 4].map(() => fetchWheel()));
    for (const one of found) expect(one).toEqual(found[0]);
    expect(readdirSync(cache)).toEqual(['tensorflow-cpu-2.10.7']);
  });

  test('the pinned version with other content is refused', async () => {
    makeWheel(PINNED.version);
    await expect(fetchWheel({ version: undefined })).rejects.toMatchObject({
      code: 'BINDING_DOWNLOAD_FAILED',
      message: expect.stringMatching(/tensorflow-cpu 2\.16\.2: .*HASHES/),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  test('no such version, or nowhere to fetch it from', async () => {
    await expect(fetchWheel()).rejects.toMatchObject({
      code: 'BINDING_DOWNLOAD_FAILED',
      message: expect.stringMatching(
        /expected pip to fetch its wheel, found exit code 1 \(ERROR: .*tensorflow-cpu==2\.10\.7.*\); see to/,
      ),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  test('a wheel without the libraries is refused', async () => {
    makeWheel('2.10.7', UNWANTED);
    await expect(fetchWheel()).rejects.toMatchObject({
      code: 'BINDING_DOWNLOAD_FAILED',
      message: expect.stringContaining('found others'),
    });
    expect(readdirSync(cache)).toEqual([]);
  });
});

test('without Python', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(fetchWheel()).rejects.toMatchObject({
    code: 'BINDING_PYTHON_MISSING',
    message: expect.stringContaining('expected it on the PATH, found none'),
  });
  expect(readdirSync(cache)).toEqual([]);
});

test('with a Python that has no pip', async () => {
  const tools = temporaryFolder();
  executable(join(tools, 'python3'), 'echo "/usr/bin/python3: No module named pip" >&2; exit 1');
  vi.stubEnv('PATH', tools);
  await expect(fetchWheel()).rejects.toMatchObject({
    code: 'BINDING_PYTHON_MISSING',
    message: expect.stringContaining('found a python3 without pip'),
  });
});

test('an abort while pip runs leaves nothing in the cache', async () => {
  const tools = temporaryFolder();
  const started = join(tools, 'started');
  executable(join(tools, 'python3'), `echo > ${started}; exec /bin/sleep 100`);
  vi.stubEnv('PATH', tools);
  const controller = new AbortController();
  const fetched = fetchWheel({ signal: controller.signal });
  await vi.waitUntil(() => existsSync(started), 10_000);
  controller.abort(new Error('enough'));
  await expect(fetched).rejects.toThrow('enough');
  expect(readdirSync(cache)).toEqual([]);
});

test('there is none for arm64', async () => {
  const machine = { platform: 'linux', arch: 'arm64', glibc: true };
  await expect(fetchWheel({ machine })).rejects.toMatchObject({
    code: 'BINDING_UNSUPPORTED_MACHINE',
    message: expect.stringContaining('found arm64'),
  });
});
