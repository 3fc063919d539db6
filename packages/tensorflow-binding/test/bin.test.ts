import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ADDON, executable, fakeCompiler, fakeLibtensorflow, fakePackage, write } from './fakes.js';

// The built command in a process of its own.
const BIN = fileURLToPath(new URL('../bin/tensorflow-binding.js', import.meta.url));
const MANIFEST = new URL('../package.json', import.meta.url);
const RESULT = '@tensorflow/tfjs-node 4.22.0: libtensorflow 2.16.2, CPU, works\n';
const GPU = { name: '@tensorflow/tfjs-node-gpu' };

let project: string;
let tools: string;
let folder: string;
let libtensorflow: string;

beforeEach(() => {
  project = realpathSync(temporaryFolder());
  tools = temporaryFolder();
  folder = fakePackage(project);
  libtensorflow = fakeLibtensorflow(join(tools, 'tensorflow'));
  fakeCompiler(tools);
});

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** A module that runs first. */
  readonly before?: string;
}

/** With a PATH on which there is nothing but what the test made, and the shell's own programs where it has made any. */
function command(args: readonly string[], { cwd = project, env = {}, before }: Surroundings = {}) {
  const imports = before === undefined ? [] : ['--import', `data:text/javascript,${before}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...imports, BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { HOME: tools, PATH: [tools, '/bin', '/usr/bin'].join(delimiter), ...env },
  });
  return { status, stdout, stderr };
}

function refused(args: readonly string[], surroundings?: Surroundings) {
  const { status, stdout, stderr } = command(args, surroundings);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  return { status, message: stderr.slice('error: '.length).trimEnd() };
}

const build = (...more: string[]) => ['--libtensorflow', libtensorflow, ...more];
const isWhole = (path: string) => expect(readFileSync(path, 'utf8')).toBe('works');

describe('the results', () => {
  test('--version', () => {
    const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
    expect(command(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help names every option, within 120 columns', () => {
    const { status, stdout, stderr } = command(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const named = new Set(stdout.match(/--[a-z-]+/g));
    expect([...named].sort()).toEqual(
      '--cache --check --debug --force --global --help --libtensorflow --package --tensorflow-version --version'.split(
        ' ',
      ),
    );
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('one line on stdout, the progress on stderr', () => {
    const { status, stdout, stderr } = command(build());
    expect({ status, stdout }).toEqual({ status: 0, stdout: RESULT });
    expect(stderr.split('\n')[0]).toBe(`compiling the addon of @tensorflow/tfjs-node in ${folder}`);
    isWhole(join(folder, ADDON));
  });

  test('a line for each package, and --check afterwards', () => {
    const other = fakePackage(project, GPU);
    const both = `${RESULT}${RESULT.replace('tfjs-node', 'tfjs-node-gpu')}`;
    expect(command(build())).toMatchObject({ status: 0, stdout: both });
    isWhole(join(other, ADDON));
    expect(command(['--check'])).toMatchObject({ status: 0, stdout: both });
  });

  test('what works is left as it is, unless forced', () => {
    expect(command(build())).toMatchObject({ status: 0 });
    fakeCompiler(tools, 'exit 1');
    expect(command(build())).toMatchObject({ status: 0, stdout: RESULT });
    expect(command(build('--force'))).toMatchObject({ status: 4, stdout: '' });
  });

  test.each(['the package', 'a project that has it'])('--package names %s', (which) => {
    const path = which === 'the package' ? folder : project;
    const elsewhere = { cwd: tools };
    expect(command(build('--package', path), elsewhere)).toMatchObject({
      status: 0,
      stdout: RESULT,
    });
  });

  test('--global asks npm for its folder', () => {
    executable(join(tools, 'npm'), `[ "$*" = "root --global" ] && echo ${project}/node_modules`);
    const elsewhere = { cwd: tools };
    expect(command(build('--global'), elsewhere)).toMatchObject({ status: 0, stdout: RESULT });
  });

  test('CXX may have arguments', () => {
    const env = { CXX: `${join(tools, 'cache')} g++` };
    executable(join(tools, 'cache'), 'exec "$@"');
    expect(command(build(), { env })).toMatchObject({ status: 0, stdout: RESULT });
  });

  test('a note where this Node lacks what the package calls', () => {
    const before = "import util from 'node:util'; delete util.isNullOrUndefined;";
    expect(command(build(), { before }).stderr).toMatch(/^note: .* calls util.isNullOrUndefined/m);
  });

  test('a note on a libtensorflow that rounds int32 wrongly', () => {
    const note = 'note: rounding an int32 tensor gives 0';
    expect(command(build()).stderr).not.toContain(note);
    for (const [version, noted] of [
      ['2.17.0', true],
      ['2.9.1', false],
    ] as const) {
      const other = fakeLibtensorflow(join(tools, version), version);
      const { stdout, stderr } = command(['--force', '--libtensorflow', other]);
      expect(stdout).toContain(`libtensorflow ${version}, CPU, works`);
      expect(stderr.includes(note)).toBe(noted);
    }
  });

  test('a reader that leaves early is no error', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${BIN}" --help | true`],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('wrong usage exits with 2', () => {
  test.each([
    [['--frobnicate'], /frobnicate/],
    [['somewhere'], /somewhere/],
    [['--cache'], /--cache/],
    [['--cache', ''], /--cache: expected a value/],
    [['--package', 'a', '--global'], /--package and --global: expected one of them/],
    [['--libtensorflow', 'a', '--tensorflow-version', '2.16.2'], /expected one of them/],
    [['--check', '--force'], /expected one of them/],
    [['--package', 'none'], /^none: expected a folder/],
    [['--libtensorflow', 'none'], /^none: expected include\/tensorflow/],
    [['--tensorflow-version', 'newest'], /"newest"/],
  ])('%j', (args, pattern) => {
    const { status, message } = refused(args);
    expect(message).toMatch(pattern);
    expect(status).toBe(2);
  });
});

describe('what the machine lacks exits with 4', () => {
  function lacks(pattern: RegExp, args: readonly string[], surroundings?: Surroundings): void {
    const { status, message } = refused(args, surroundings);
    expect(message).toMatch(pattern);
    expect(status).toBe(4);
    expect(readdirSync(folder).sort()).toEqual(['dist', 'package.json']);
  }

  test('no compiler', () => {
    lacks(/^a C\+\+ compiler: expected g\+\+, c\+\+, clang\+\+ on the PATH, found none/, build(), {
      env: { PATH: '/nowhere' },
    });
    lacks(/expected no-such-compiler on the PATH/, build(), { env: { CXX: 'no-such-compiler' } });
  });

  test('no Python', () => {
    const env = { PATH: tools, XDG_CACHE_HOME: join(tools, 'cache') };
    const { status, stderr } = command([], { env });
    expect(stderr).toMatch(/^downloading .*\nerror: python3 with pip[^\n]*\n$/);
    expect(status).toBe(4);
    expect(readdirSync(join(tools, 'cache', 'softreg', 'libtensorflow'))).toEqual([]);
  });

  test('no such package', () => {
    lacks(/ expected @tensorflow\/tfjs-node or /, build(), { cwd: tools });
    lacks(/found that npm cannot be run/, build('--global'), { env: { PATH: '/nowhere' } });
  });

  test('another version of it', () => {
    fakePackage(project, { version: '4.21.0' });
    lacks(/expected @tensorflow\/tfjs-node 4\.22\.0, found 4\.21\.0/, build());
  });

  test('no addon to check', () => {
    lacks(/expected it to multiply two matrices, found no /, ['--check']);
  });

  test.each([
    ["Object.defineProperty(process, 'platform', { value: 'darwin' })", /Linux, found darwin/],
    ["Object.defineProperty(process, 'platform', { value: 'win32' })", /Linux, found win32/],
    ["Object.defineProperty(process, 'arch', { value: 'ia32' })", /x64 or arm64 .*found ia32/],
    ['process.report.getReport = () => ({ header: {} })', /needs glibc/],
  ])('another machine: %s', (before, pattern) => {
    lacks(pattern, build(), { before });
  });

  test('a cache that cannot be made', () => {
    write(join(tools, 'file'), '');
    lacks(/file\/cache: expected to read and write there, found ENOTDIR/, [
      '--cache',
      join(tools, 'file', 'cache'),
    ]);
    if (existsSync('/proc/self')) lacks(/found ENOENT/, ['--cache', '/proc/softreg/cache']);
  });
});

const mountReason = whyNoMounts();
if (mountReason !== undefined) {
  process.stderr.write(`SKIPPED, tests on read-only and full disks: ${mountReason}\n`);
}

function whyNoMounts(): string | undefined {
  if (process.platform !== 'linux') return 'they need Linux';
  const { error, status, stderr } = inMountNamespace('mount -t tmpfs tmpfs /mnt');
  return status === 0 ? undefined : `no disk can be mounted (${(error?.message ?? stderr).trim()})`;
}

/** A shell whose mounts are gone with it. */
function inMountNamespace(script: string) {
  return spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', script], {
    cwd: tools,
    encoding: 'utf8',
  });
}

describe.skipIf(mountReason !== undefined)('disks', () => {
  const run = (args: string) => `CXX=${tools}/g++ "${process.execPath}" "${BIN}" ${args}`;

  test('a package that is read-only', () => {
    const { status, stdout, stderr } = inMountNamespace(
      `mount --bind ${project} ${project} && mount -o remount,bind,ro ${project} && ${run(`--libtensorflow ${libtensorflow} --package ${folder}`)}`,
    );
    expect(stderr).toMatch(
      /^error: \S+tfjs-node: expected to read and write there, found EROFS [^\n]*\n$/,
    );
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
  });

  test.each([
    ['with room for a copy', '100M', 0],
    ['that is full', '64k', 4],
  ])('another disk %s', (_, size, code) => {
    write(join(libtensorflow, 'libtensorflow_cc.so.2'), 'x'.repeat(1_000_000));
    const { status, stdout, stderr } = inMountNamespace(
      `mkdir disk && mount -t tmpfs -o size=${size} tmpfs disk && cp -r ${project}/node_modules disk/ &&
       ${run(`--libtensorflow ${libtensorflow} --package disk`)}; code=$?
       ls -A disk/node_modules/@tensorflow/tfjs-node >&2; exit $code`,
    );
    expect(status).toBe(code);
    if (code === 0) {
      expect(stdout).toBe(RESULT);
    } else {
      expect(stderr).toMatch(
        /^error: .*libtensorflow_cc\.so\.2: .*found ENOSPC [^\n]*\ndist\npackage\.json\n$/,
      );
    }
  });
});

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s tidies up and exits with 130', async (signal) => {
    const started = join(tools, 'started');
    fakeCompiler(tools, `printf half > "$out"; touch ${started}; sleep 100`);
    const child = spawn(process.execPath, [BIN, ...build()], {
      cwd: project,
      env: { ...process.env, CXX: join(tools, 'g++') },
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await vi.waitUntil(() => existsSync(started), 10_000);
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(readdirSync(folder).sort()).toEqual(['dist', 'package.json']);
  });
});
