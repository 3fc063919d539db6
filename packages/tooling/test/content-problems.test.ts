import { describe, expect, test } from 'vitest';
import { fileProblems, manifestProblems } from '../src/content-problems.js';

const MANIFEST = { name: 'a', version: '1.0.0', scripts: { build: 'tsc', test: 'vitest run' } };
const FILES = ['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'];

describe('a packed package.json', () => {
  test('may be clean', () => {
    expect(manifestProblems({ ...MANIFEST, dependencies: { b: '^1.0.0' } })).toEqual([]);
  });

  test.each(['workspace:^', 'workspace:*', 'catalog:', 'catalog:dev'])(
    'may not say %s anywhere',
    (range) => {
      const expected = [`package.json still says ${range}`];
      expect(manifestProblems({ ...MANIFEST, dependencies: { b: range } })).toEqual(expected);
      expect(manifestProblems({ ...MANIFEST, devDependencies: { b: range } })).toEqual(expected);
    },
  );

  test.each(['preinstall', 'install', 'postinstall', 'prepare'])('may not have %s', (name) => {
    expect(manifestProblems({ ...MANIFEST, scripts: { [name]: 'true' } })).toEqual([
      `package.json has a script "${name}"`,
    ]);
  });
});

describe('the files of a tarball', () => {
  test('may be clean', () => {
    expect(fileProblems([...FILES, 'src/contest.ts', 'src/testing.ts'])).toEqual([]);
  });

  test.each(['README.md', 'LICENSE'])('hold a %s', (name) => {
    expect(fileProblems(FILES.filter((file) => file !== name))).toEqual([`no ${name}`]);
  });

  test('hold what was built, not only its types', () => {
    expect(fileProblems(FILES.filter((file) => file !== 'dist/index.js'))).toEqual([
      'no JavaScript in dist',
    ]);
  });

  test.each([
    'src/a.test.ts',
    'src/a.node.test.ts',
    'dist/a.test.js',
    'dist/a.test.d.ts.map',
    'dist/a.spec.js',
    'test/a.ts',
    'dist/test/a.js',
    'src/__tests__/a.ts',
  ])('do not hold %s', (name) => {
    expect(fileProblems([...FILES, name])).toEqual([`a test file, ${name}`]);
  });

  test('do not make npm compile something', () => {
    expect(fileProblems([...FILES, 'binding.gyp'])).toEqual(['a binding.gyp']);
  });
});
