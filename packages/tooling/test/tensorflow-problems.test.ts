import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../src/pnpm.js';
import {
  catalogTensorflowProblems,
  installedTensorflowProblems,
  lockedTensorflowProblems,
  requiredTensorflowProblems,
} from '../src/tensorflow-problems.js';
import { readManifest, workspacePackages } from '../src/workspace.js';

const CORE = '@tensorflow/tfjs-core';
const CPU = '@tensorflow/tfjs-backend-cpu';

describe('this workspace has one TensorFlow.js', () => {
  test('in its lockfile', () => {
    expect(lockedTensorflowProblems(readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8'))).toEqual(
      [],
    );
  });

  test('in its catalog', () => {
    const file = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
    expect(catalogTensorflowProblems(file)).toEqual([]);
  });

  test('in its manifests', () => {
    const manifests = [readManifest(ROOT), ...workspacePackages(ROOT).map((one) => one.manifest)];
    expect(manifests.flatMap(requiredTensorflowProblems)).toEqual([]);
  });
});

describe('a lockfile', () => {
  const lockfile = (...keys: string[]) =>
    ['packages:', '', "  '@tensorflow/tfjs-core@4.22.0':", '', 'snapshots:', '']
      .concat(keys.map((key) => `  '${key}':\n    dependencies:\n      long: 4.2.0`))
      .join('\n');

  test('may hold one copy of each', () => {
    const text = lockfile(`${CPU}@4.22.0(${CORE}@4.22.0)`, `${CORE}@4.22.0`, 'long@4.2.0');
    expect(lockedTensorflowProblems(text)).toEqual([]);
  });

  test('may not hold another version, alone or beside the right one', () => {
    expect(lockedTensorflowProblems(lockfile(`${CORE}@4.21.0`))).toEqual([
      `${CORE} is 4.21.0, not 4.22.0`,
    ]);
    expect(lockedTensorflowProblems(lockfile(`${CORE}@4.22.0`, `${CORE}@3.0.0`))).toEqual([
      `${CORE} is 3.0.0, not 4.22.0`,
      `${CORE} is there 2 times: 4.22.0,3.0.0`,
    ]);
  });

  test('may not hold the same version twice', () => {
    const text = lockfile(`${CORE}@4.22.0`, `${CPU}@4.22.0`, `${CPU}@4.22.0(${CORE}@4.22.0)`);
    expect(lockedTensorflowProblems(text)).toEqual([
      `${CPU} is there 2 times: 4.22.0,4.22.0(${CORE}@4.22.0)`,
    ]);
  });

  test('may have entries with nothing inside', () => {
    expect(lockedTensorflowProblems(`snapshots:\n\n  '${CORE}@4.21.0': {}\n`)).toEqual([
      `${CORE} is 4.21.0, not 4.22.0`,
    ]);
  });

  test('that names none is not one to believe', () => {
    expect(lockedTensorflowProblems(lockfile('long@4.2.0'))).toHaveLength(1);
    expect(lockedTensorflowProblems('')).toHaveLength(1);
  });
});

describe('a catalog', () => {
  const catalog = (version: string) =>
    `catalog:\n  "${CORE}": ${version}\nallowBuilds:\n  "@tensorflow/tfjs-node-gpu": false\n`;

  test('names the version exactly', () => {
    expect(catalogTensorflowProblems(catalog('4.22.0'))).toEqual([]);
    expect(catalogTensorflowProblems(catalog("'4.22.0'"))).toEqual([]);
  });

  test.each(['^4.22.0', '~4.22.0', '4.22.1', '4', '"*"'])('does not say %s', (version) => {
    expect(catalogTensorflowProblems(catalog(version))).toEqual([
      `the catalog has ${CORE} at ${version.replaceAll('"', '')}, not 4.22.0`,
    ]);
  });

  test('that names none is not one to believe', () => {
    expect(catalogTensorflowProblems('catalog:\n  vitest: 4.0.0\n')).toHaveLength(1);
  });
});

describe('a manifest', () => {
  test.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])(
    'takes it from the catalog in its %s',
    (field) => {
      const manifest = (range: string) => ({
        name: 'a',
        version: '1.0.0',
        [field]: { [CORE]: range },
      });
      expect(requiredTensorflowProblems(manifest('catalog:'))).toEqual([]);
      expect(requiredTensorflowProblems(manifest('4.22.0'))).toEqual([
        `a asks for ${CORE} 4.22.0, not catalog:`,
      ]);
    },
  );

  test('may ask in two fields, each of which counts', () => {
    const manifest = {
      name: 'a',
      version: '1.0.0',
      dependencies: { [CORE]: '^4.0.0' },
      peerDependencies: { [CORE]: 'catalog:' },
    };
    expect(requiredTensorflowProblems(manifest)).toEqual([
      `a asks for ${CORE} ^4.0.0, not catalog:`,
    ]);
  });
});

describe('an npm installation', () => {
  const installed = (packages: Record<string, { version: string }>) => JSON.stringify({ packages });

  test('may hold one copy, or none', () => {
    expect(installedTensorflowProblems(installed({}))).toEqual([]);
    expect(
      installedTensorflowProblems(installed({ [`node_modules/${CORE}`]: { version: '4.22.0' } })),
    ).toEqual([]);
  });

  test('may hold whatever TensorFlow.js needs for itself', () => {
    const path = `node_modules/${CORE}/node_modules/@types/offscreencanvas`;
    expect(installedTensorflowProblems(installed({ [path]: { version: '2019.7.3' } }))).toEqual([]);
  });

  test.each([
    [`node_modules/${CORE}`, '4.21.0'],
    [`node_modules/other/node_modules/${CORE}`, '4.22.0'],
    [`node_modules/@a/b/node_modules/${CORE}`, '4.22.0'],
  ])('may not hold %s %s', (path, version) => {
    expect(installedTensorflowProblems(installed({ [path]: { version } }))).toHaveLength(1);
  });
});
