import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The fields of a package.json that the checks look at.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [type]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{ folder: string, manifest: Manifest }} WorkspacePackage */

/**
 * Every package of the workspace but its root.
 *
 * @param {string} root
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages(root) {
  const folders = ['packages', 'apps'].flatMap((group) =>
    existsSync(join(root, group))
      ? readdirSync(join(root, group)).map((name) => join(root, group, name))
      : [],
  );
  return [...folders, join(root, 'bench')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * @param {string} root
 * @returns {WorkspacePackage[]}
 */
export function publishablePackages(root) {
  return workspacePackages(root).filter(({ manifest }) => manifest.private !== true);
}

/**
 * A package by its name, with or without the scope, or by its folder's name.
 *
 * @param {WorkspacePackage} candidate
 * @param {string} name
 */
export function isCalled({ folder, manifest }, name) {
  return [manifest.name, basename(manifest.name), basename(folder)].includes(name);
}

/**
 * The packages among `packages` that `start` needs when it is installed, directly or through another, without itself.
 *
 * @param {WorkspacePackage} start
 * @param {WorkspacePackage[]} packages
 * @returns {WorkspacePackage[]}
 */
export function installedWith(start, packages) {
  const found = new Set([start]);
  for (const { manifest } of found) {
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    for (const candidate of packages) {
      if (names.includes(candidate.manifest.name)) found.add(candidate);
    }
  }
  found.delete(start);
  return [...found];
}

/**
 * The subpaths that a program can import: `.`, `./node`.
 *
 * @param {Manifest} manifest
 */
export function entryPoints(manifest) {
  return Object.keys(manifest.exports ?? {}).filter((subpath) => subpath !== './package.json');
}
