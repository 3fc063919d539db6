import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installScripts } from '../src/content-problems.js';
import { pinnedPnpm, ROOT } from '../src/pnpm.js';
import {
  entryPoints,
  installedWith,
  isCalled,
  publishablePackages,
  workspacePackages,
} from '../src/workspace.js';
import { temporaryTree } from './temporary-tree.js';
import { isClone, trackedFiles } from './tracked-files.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('this workspace', () => {
  test('pins its package manager with a hash, which npx is not given', () => {
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };
    expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+\+sha512\.[\da-f]{128}$/);
    expect(pinnedPnpm()).toBe(packageManager.split('+')[0]);
    expect(pinnedPnpm()).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
  });

  test.skipIf(!isClone())('has the top-level entries of DESIGN, section 2, and dot-files', () => {
    const entries = new Set(trackedFiles().map((path) => path.split('/')[0] as string));
    expect([...entries].filter((name) => !name.startsWith('.')).sort()).toEqual([
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'apps',
      'bench',
      'docs',
      'package.json',
      'packages',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      'tsconfig.base.json',
      'turbo.json',
    ]);
    expect(entries).toContain('.changeset');
  });

  test('has a lockfile that no registry is written into', () => {
    const lockfile = read('pnpm-lock.yaml');
    expect(lockfile).toContain('integrity: sha512-');
    expect(lockfile.match(/^.*(:\/\/|\btarball:).*$/gm)).toBeNull();
  });

  test.skipIf(!isClone())('names no registry in any file but a workflow', () => {
    // In parts, since this file is read too.
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'npmjs', 'com'],
      ['registry', 'yarnpkg', 'com'],
      ['registry', 'npmmirror', 'com'],
      ['npm', 'pkg', 'github', 'com'],
    ].map((parts) => parts.join('.'));
    const naming = trackedFiles()
      .filter((path) => !path.startsWith('.github/'))
      .filter((path) => hosts.some((host) => read(path).includes(host)));
    expect(naming).toEqual([]);
  });
});

for (const { folder, manifest } of publishablePackages(ROOT)) {
  describe(manifest.name, () => {
    test.each(['README.md', 'LICENSE'])('has a %s', (name) => {
      expect(existsSync(join(folder, name))).toBe(true);
    });

    test('is an ES module package for Node 20 and up', () => {
      expect(manifest.type).toBe('module');
      expect(manifest.engines?.node).toMatch(/^>=20(\.|$)/);
    });

    test('runs nothing when it is installed', () => {
      expect(installScripts(manifest)).toEqual([]);
      expect(existsSync(join(folder, 'binding.gyp'))).toBe(false);
    });
  });
}

describe('reading a workspace', () => {
  const manifests = {
    'packages/low/package.json': { name: '@x/low', version: '1.0.0' },
    'packages/middle/package.json': {
      name: '@x/middle',
      version: '1.0.0',
      dependencies: { '@x/low': 'workspace:^', elsewhere: '^1.0.0' },
    },
    'packages/high/package.json': {
      name: '@x/high',
      version: '1.0.0',
      dependencies: { '@x/middle': 'workspace:^' },
    },
    'packages/helper/package.json': { name: '@x/helper', version: '0.0.0', private: true },
    'packages/no-package/notes.txt': '',
    'apps/tool/package.json': { name: 'command', version: '1.0.0' },
    'bench/package.json': { name: '@x/bench', version: '0.0.0', private: true },
  };

  test('finds the packages of every group, and which of them are published', () => {
    const root = temporaryTree(manifests);
    const names = (packages: ReturnType<typeof workspacePackages>) =>
      packages.map(({ manifest }) => manifest.name).sort();
    expect(names(workspacePackages(root))).toEqual(
      ['@x/low', '@x/middle', '@x/high', '@x/helper', 'command', '@x/bench'].sort(),
    );
    expect(names(publishablePackages(root))).toEqual(['@x/high', '@x/low', '@x/middle', 'command']);
  });

  test('knows what is installed with a package, through others too', () => {
    const packages = publishablePackages(temporaryTree(manifests));
    const needs = (name: string) => {
      const start = packages.find((candidate) => isCalled(candidate, name));
      if (start === undefined) throw new Error(`no package is called ${name}`);
      return installedWith(start, packages).map(({ manifest }) => manifest.name);
    };
    expect(needs('high')).toEqual(['@x/middle', '@x/low']);
    expect(needs('@x/low')).toEqual([]);
    expect(needs('tool')).toEqual([]);
  });

  test('counts what can be imported as an entry point', () => {
    const manifest = { name: 'a', version: '1.0.0' };
    const exports = { '.': './a.js', './node': './b.js', './package.json': './package.json' };
    expect(entryPoints({ ...manifest, exports })).toEqual(['.', './node']);
    expect(entryPoints(manifest)).toEqual([]);
  });
});
