import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, expect, test } from 'vitest';
import { findPackages } from '../src/index.js';
import { fakePackage, write } from './fakes.js';

const GPU = { name: '@tensorflow/tfjs-node-gpu' };

let project: string;

beforeEach(() => {
  project = realpathSync(temporaryFolder());
});

test('what a program in the folder, or in one below it, would load', async () => {
  const folder = fakePackage(project);
  const below = join(project, 'src', 'deep');
  mkdirSync(below, { recursive: true });
  expect(await findPackages(project)).toEqual([folder]);
  expect(await findPackages(below)).toEqual([folder]);
});

test('both, where both are there', async () => {
  const folders = [fakePackage(project), fakePackage(project, GPU)];
  expect(await findPackages(project)).toEqual(folders);
});

test('the folder itself, if it is one, and no other', async () => {
  fakePackage(project);
  const folder = fakePackage(project, GPU);
  expect(await findPackages(folder)).toEqual([folder]);
});

test('in a pnpm workspace, the folder behind the link, from the one package that has it', async () => {
  const folder = fakePackage(join(project, 'node_modules', '.pnpm', 'tfjs-node'));
  const user = join(project, 'packages', 'user');
  const other = join(project, 'packages', 'other');
  mkdirSync(join(user, 'node_modules', '@tensorflow'), { recursive: true });
  mkdirSync(other, { recursive: true });
  symlinkSync(folder, join(user, 'node_modules', '@tensorflow', 'tfjs-node'));
  expect(await findPackages(user)).toEqual([folder]);
  for (const none of [project, other]) {
    await expect(findPackages(none)).rejects.toMatchObject({
      code: 'BINDING_PACKAGE_MISSING',
      message: expect.stringContaining(`${none}: expected @tensorflow/tfjs-node or`),
    });
  }
});

test('no folder', async () => {
  write(join(project, 'file'), '');
  for (const path of [join(project, 'none'), join(project, 'file')]) {
    await expect(findPackages(path)).rejects.toMatchObject({ code: 'BINDING_INVALID_ARGUMENT' });
  }
});
