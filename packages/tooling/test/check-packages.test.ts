import { readdirSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { checkPackages } from '../src/check-packages.js';
import { temporaryTree } from './temporary-tree.js';

const FENCE = '```';
const readme = (code: string, output: string) =>
  `# A package\n\n${FENCE}js\n${code}\n${FENCE}\n\n${FENCE}text\n${output}\n${FENCE}\n`;

const manifest = (name: string, fields: object) => ({
  name,
  version: '1.2.3',
  license: 'MIT',
  type: 'module',
  engines: { node: '>=20' },
  files: ['dist', 'bin'],
  ...fields,
});
const library = {
  sideEffects: false,
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
};

const WORKSPACE = {
  'package.json': { name: 'root', version: '0.0.0', private: true },
  'pnpm-workspace.yaml':
    'packages:\n  - packages/*\n  - apps/*\ncatalog:\n  "@tensorflow/tfjs-core": 4.22.0\n',
  'pnpm-lock.yaml':
    "lockfileVersion: '9.0'\n\nsnapshots:\n\n  '@tensorflow/tfjs-core@4.22.0': {}\n",
};

const BASE = {
  'packages/base/package.json': manifest('@check/base', library),
  'packages/base/LICENSE': 'MIT\n',
  'packages/base/README.md': readme("import { one } from '@check/base';\nconsole.log(one);", '1'),
  'packages/base/dist/index.js': 'export const one = 1;\n',
  'packages/base/dist/index.d.ts': 'export declare const one: number;\n',
};

const TOOL = {
  'apps/tool/package.json': manifest('check-tool', {
    bin: { 'check-tool': './bin/tool.js' },
    exports: { './package.json': './package.json' },
    dependencies: { '@check/base': 'workspace:^' },
  }),
  'apps/tool/LICENSE': 'MIT\n',
  'apps/tool/README.md': '# A tool\n',
  'apps/tool/dist/main.js': "import { one } from '@check/base';\nconsole.log(one + '.2.3');\n",
  'apps/tool/bin/tool.js': "#!/usr/bin/env node\nimport '../dist/main.js';\n",
};

afterEach(() => {
  vi.unstubAllEnvs();
});

async function check(files: Record<string, string | object>, only: string[]) {
  const lines: string[] = [];
  const root = temporaryTree({ ...WORKSPACE, ...files });
  const failures = await checkPackages({ root, only, write: (line) => lines.push(line) });
  return { failures, lines };
}

test('sound packages pass, each alone and packed, and nothing is left behind', async () => {
  const temporary = temporaryTree({});
  vi.stubEnv('TMPDIR', temporary);
  vi.stubEnv('TEMP', temporary);
  const { failures, lines } = await check({ ...BASE, ...TOOL }, []);
  expect(lines).toEqual([
    'ok    workspace  one copy of TensorFlow.js',
    'ok    @check/base  package.json',
    'ok    @check/base  files',
    'ok    @check/base  publint',
    'ok    @check/base  types',
    'ok    @check/base  installs alone',
    'ok    @check/base  import @check/base',
    'ok    @check/base  README example 1',
    'ok    check-tool  package.json',
    'ok    check-tool  files',
    'ok    check-tool  publint',
    'skip  check-tool  types: it has no entry points, only a command',
    'ok    check-tool  installs alone',
    'ok    check-tool  check-tool --version',
  ]);
  expect(failures).toBe(0);
  // npm on Node 22 and newer keeps compiled code there.
  const left = readdirSync(temporary).filter((name) => name !== 'node-compile-cache');
  expect(left.filter((name) => !name.startsWith('softreg-test-'))).toEqual([]);
}, 180_000);

test('each defect of a library is a line that says what is wrong', async () => {
  const { failures, lines } = await check(
    {
      ...BASE,
      'pnpm-workspace.yaml':
        'packages:\n  - packages/*\ncatalog:\n  "@tensorflow/tfjs-core": ^4.22.0\n',
      'packages/base/package.json': manifest('@check/base', {
        ...library,
        exports: {
          ...library.exports,
          './lost': { types: './dist/lost.d.ts', default: './dist/lost.js' },
        },
        scripts: { postinstall: 'node --version' },
      }),
      'packages/base/README.md': readme(
        "import { one } from '@check/base';\nconsole.log(one);",
        '2',
      ),
      'packages/base/dist/index.test.js': 'export {};\n',
    },
    ['base'],
  );
  expect(lines).toEqual([
    'FAIL  workspace  one copy of TensorFlow.js: the catalog has @tensorflow/tfjs-core at ^4.22.0, not 4.22.0',
    'FAIL  @check/base  package.json: package.json has a script "postinstall"',
    'FAIL  @check/base  files: a test file, dist/index.test.js',
    expect.stringMatching(
      /^FAIL {2}@check\/base {2}publint: .*lost\.js but the file does not exist/,
    ),
    'FAIL  @check/base  types: NoResolution ./lost node16-esm; NoResolution ./lost bundler',
    'ok    @check/base  installs alone',
    'ok    @check/base  import @check/base',
    expect.stringMatching(/^FAIL {2}@check\/base {2}import @check\/base\/lost: exit code 1: Error/),
    'FAIL  @check/base  README example 1: line 1 should be "2", is "1"',
  ]);
  expect(failures).toBe(7);
}, 180_000);

test('a package that uses what it does not ask for fails alone', async () => {
  const { 'apps/tool/package.json': sound, ...others } = TOOL;
  const { dependencies: _, ...careless } = sound as ReturnType<typeof manifest> & {
    dependencies: object;
  };
  const { failures, lines } = await check(
    { ...BASE, ...others, 'apps/tool/package.json': careless },
    ['tool'],
  );
  expect(lines.at(-1)).toMatch(
    /^FAIL {2}check-tool {2}check-tool --version: exit code 1: .*Cannot find package '@check\/base'/,
  );
  expect(failures).toBe(1);
}, 180_000);

test('a command that prints another version fails', async () => {
  const { failures, lines } = await check(
    { ...BASE, ...TOOL, 'apps/tool/dist/main.js': "console.log('0.0.0');\n" },
    ['check-tool'],
  );
  expect(lines.at(-1)).toBe(
    'FAIL  check-tool  check-tool --version: line 1 should be "1.2.3", is "0.0.0"',
  );
  expect(failures).toBe(1);
}, 180_000);

test('a package that was not built, or shows nothing that runs, fails', async () => {
  const unbuilt = Object.fromEntries(
    Object.entries(BASE).filter(([path]) => !path.includes('/dist/')),
  );
  const { lines } = await check({ ...unbuilt, 'packages/base/README.md': '# A package\n' }, []);
  expect(lines).toContain('FAIL  @check/base  files: no JavaScript in dist');
  expect(lines).toContain('FAIL  @check/base  types: it has no types');
  expect(lines).toContain(
    'FAIL  @check/base  README example: README.md has none that says what it prints',
  );
}, 180_000);

test('a package that cannot be packed fails', async () => {
  const { lines } = await check(
    {
      'packages/base/package.json': manifest('@check/base', {
        dependencies: { '@check/gone': 'workspace:^' },
      }),
    },
    [],
  );
  expect(lines.at(-1)).toMatch(/^FAIL {2}@check\/base {2}pack: pnpm pack of @check\/base: .*gone/);
}, 180_000);

test('an unknown name is refused, with the names there are', async () => {
  await expect(check({ ...BASE, ...TOOL }, ['bass'])).rejects.toThrow(
    'no publishable package is called bass; there are @check/base, check-tool',
  );
});
