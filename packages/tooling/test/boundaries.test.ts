import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../src/pnpm.js';
import { entryPoints, publishablePackages, readManifest } from '../src/workspace.js';
import { lintProbes, type Probe } from './lint-probes.js';
import { isClone, trackedFiles } from './tracked-files.js';

/** The arrows of DESIGN, section 2; the parts for Node also write files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/atomic-file/src': [],
  'packages/tensorflow-binding/src': ['@softreg/atomic-file'],
  'packages/idx/src': [],
  'packages/datasets/src': ['@softreg/idx'],
  'packages/datasets/src/node': ['@softreg/idx', '@softreg/atomic-file'],
  'packages/backend/src': [],
  'packages/model/src': ['@softreg/backend'],
  'packages/trainer/src': ['@softreg/model', '@softreg/backend'],
  'packages/serialization/src': ['@softreg/model'],
  'packages/serialization/src/node': ['@softreg/model', '@softreg/atomic-file'],
};

const RUNS_EVERYWHERE = ['idx', 'datasets', 'backend', 'model', 'trainer', 'serialization'];

type Case = Probe & { readonly refusedBy?: string };

const publishable = publishablePackages(ROOT);

function describeCase({ folder, source, file = '.ts', refusedBy }: Case): string {
  return `${folder}/*${file}: ${source} is ${refusedBy ? `refused by ${refusedBy}` : 'accepted'}`;
}

function testCases(cases: readonly Case[]): void {
  const found = lintProbes(cases);
  for (const [index, probe] of cases.entries()) {
    test(describeCase(probe), () => {
      expect(found[index]).toEqual(probe.refusedBy === undefined ? [] : [probe.refusedBy]);
    });
  }
}

const refusedImport = (folder: string, specifier: string): Case => ({
  folder,
  source: `import '${specifier}';`,
  refusedBy: 'noRestrictedImports',
});
const acceptedImport = (folder: string, specifier: string): Case => ({
  folder,
  source: `import '${specifier}';`,
});

describe('arrows between packages', () => {
  test('are stated for every package', () => {
    const folders = publishable
      .map(({ folder }) => relative(ROOT, folder).replaceAll('\\', '/'))
      .filter((folder) => folder.startsWith('packages/'));
    const stated = Object.keys(MAY_IMPORT).map((folder) => folder.split('/src')[0]);
    expect(new Set(stated)).toEqual(new Set(folders));
  });

  testCases(
    Object.entries(MAY_IMPORT).flatMap(([folder, allowed]) =>
      publishable
        .filter(({ manifest }) => basename(manifest.name) !== folder.split('/')[1])
        .flatMap(({ manifest }) =>
          allowed.includes(manifest.name)
            ? [acceptedImport(folder, manifest.name)]
            : [
                refusedImport(folder, manifest.name),
                ...entryPoints(manifest)
                  .filter((subpath) => subpath !== '.')
                  .map((subpath) => refusedImport(folder, subpath.replace('.', manifest.name))),
              ],
        ),
    ),
  );

  test.each(Object.keys(MAY_IMPORT).filter((folder) => folder.split('/').length === 3))(
    'the manifest beside %s asks for no other',
    (folder) => {
      const allowed = Object.entries(MAY_IMPORT)
        .filter(([other]) => other === folder || other === `${folder}/node`)
        .flatMap(([, names]) => names);
      const { dependencies = {} } = readManifest(join(ROOT, folder, '..'));
      const names = publishable.map(({ manifest }) => manifest.name);
      const asked = Object.keys(dependencies).filter((name) => names.includes(name));
      expect(asked.filter((name) => !allowed.includes(name))).toEqual([]);
    },
  );
});

describe('TensorFlow.js', () => {
  const tensorflow = '@tensorflow/tfjs-core';
  const elsewhere = ['idx', 'datasets', 'atomic-file', 'model', 'trainer', 'serialization'].map(
    (name) => `packages/${name}/src`,
  );
  testCases([
    ...elsewhere.map((folder) => refusedImport(folder, tensorflow)),
    refusedImport('packages/datasets/src/node', tensorflow),
    refusedImport('packages/serialization/src/node', tensorflow),
    refusedImport('apps/cli/src', tensorflow),
    refusedImport('apps/web/src', tensorflow),
    refusedImport('packages/model/test', tensorflow),
    refusedImport('apps/cli/test', tensorflow),
    { ...refusedImport('packages/model/src', tensorflow), file: '.test.ts' },
    refusedImport('packages/model/src', '@tensorflow/tfjs-backend-wasm/dist/index.js'),
    {
      folder: 'packages/model/src',
      source: `await import('${tensorflow}');`,
      refusedBy: 'noRestrictedImports',
    },
    {
      folder: 'packages/model/src',
      source: `export * from '${tensorflow}';`,
      refusedBy: 'noRestrictedImports',
    },
    {
      folder: 'packages/model/src',
      source: `export type { Tensor } from '${tensorflow}';`,
      refusedBy: 'noRestrictedImports',
    },
    acceptedImport('packages/backend/src', tensorflow),
    acceptedImport('packages/backend/src/engines', tensorflow),
    acceptedImport('packages/backend/test', tensorflow),
  ]);

  test('is a dependency of no published package but backend', () => {
    const askers = publishable
      .filter(({ manifest }) =>
        Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).some((name) =>
          name.startsWith('@tensorflow/'),
        ),
      )
      .map(({ manifest }) => manifest.name);
    expect(askers).toEqual(['@softreg/backend']);
  });
});

describe('the inside of another package', () => {
  testCases([
    refusedImport('apps/cli/src', '@softreg/idx/src/header.js'),
    refusedImport('apps/cli/src', '@softreg/idx/dist/header.js'),
    refusedImport('apps/cli/src', '../../packages/idx/src/index.js'),
    refusedImport('apps/cli/src', '../../../packages/idx/src/index.js'),
    refusedImport('apps/cli/test', '@softreg/idx/src/header.js'),
    refusedImport('packages/datasets/src', '@softreg/idx/src/header.js'),
    refusedImport('packages/datasets/src', '../../idx/src/index.js'),
    refusedImport('packages/datasets/src/node', '../../../idx/src/index.js'),
    refusedImport('packages/datasets/test', '../../idx/src/index.js'),
    refusedImport('packages/datasets/test', '@softreg/idx/src/header.js'),
    refusedImport('packages/backend/src', '../../model/dist/index.js'),
    acceptedImport('apps/cli/src', '@softreg/idx'),
    acceptedImport('apps/cli/src', '@softreg/datasets/node'),
    acceptedImport('apps/web/src', '@softreg/datasets/browser'),
    refusedImport('packages/idx/src', '@softreg/datasets/browser'),
    acceptedImport('packages/datasets/src/node', '../catalog.js'),
    acceptedImport('packages/backend/src/engines/simd', '../../engine.js'),
    acceptedImport('packages/datasets/test', '../src/index.js'),
    acceptedImport('packages/datasets/test/damaged', '../../src/index.js'),
  ]);
});

describe('what only one platform has', () => {
  const everywhere = RUNS_EVERYWHERE.map((name) => `packages/${name}/src`);
  testCases([
    ...everywhere.flatMap((folder) => [
      ...['process', 'window', 'document', 'Buffer'].map((name) => ({
        folder,
        source: `console.log(${name});`,
        refusedBy: 'noRestrictedGlobals',
      })),
      { folder, source: "import 'node:fs';", refusedBy: 'noNodejsModules' },
      { folder, source: "await import('node:fs');", refusedBy: 'noNodejsModules' },
    ]),
    // These have no part for Node, so a folder of that name is not one.
    ...['idx', 'backend', 'model', 'trainer'].map((name) => ({
      folder: `packages/${name}/src/node`,
      source: "import 'node:fs';",
      refusedBy: 'noNodejsModules',
    })),
    refusedImport('packages/datasets/src', './node/index.js'),
    refusedImport('packages/datasets/src', './browser/index.js'),
    refusedImport('packages/datasets/src/fetch', '../browser/index.js'),
    refusedImport('packages/datasets/src/node', '../browser/index.js'),
    refusedImport('packages/datasets/src/browser', '../node/index.js'),
    acceptedImport('packages/datasets/src/browser', '../fetch/store.js'),
    refusedImport('packages/datasets/src/browser', '@softreg/atomic-file'),
    refusedImport('packages/serialization/src/formats', '../node/index.js'),
    acceptedImport('packages/datasets/src/node', 'node:fs'),
    acceptedImport('packages/serialization/src/node', 'node:fs'),
    acceptedImport('packages/atomic-file/src', 'node:fs'),
    acceptedImport('apps/cli/src', 'node:fs'),
    { folder: 'apps/cli/src', source: 'console.log(process);' },
    acceptedImport('packages/model/test', 'node:fs'),
    { folder: 'packages/model/test', source: 'console.log(process);' },
    { ...acceptedImport('packages/model/src', 'node:fs'), file: '.test.ts' },
    { folder: 'packages/model/src', source: 'console.log(process);', file: '.test.ts' },
  ]);
});

test.skipIf(!isClone())('no source asks to be excused from a boundary', () => {
  const excuses = trackedFiles()
    .filter((path) => /^(packages|apps)\/[^/]+\/src\//.test(path))
    .filter((path) =>
      /biome-ignore(-\w+)?\s+lint(\/\w+\/(noRestricted|noNodejs)|[\s:])/.test(
        readFileSync(join(ROOT, path), 'utf8'),
      ),
    );
  expect(excuses).toEqual([]);
});

test.skipIf(!isClone())('the linter has one configuration', () => {
  const configurations = trackedFiles().filter((path) => /(^|\/)\.?biome\.jsonc?$/.test(path));
  expect(configurations).toEqual(['.biome.json']);
});
