import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblems, manifestProblems } from './content-problems.js';
import { commandProblems, importProblems, installProblems, runProblems } from './lone-project.js';
import { packPackage } from './pack.js';
import { publintProblems } from './publint-problems.js';
import { readmeExamples } from './readme-examples.js';
import { createReport } from './report.js';
import { withTemporaryFolder } from './temporary-folder.js';
import {
  catalogTensorflowProblems,
  lockedTensorflowProblems,
  requiredTensorflowProblems,
} from './tensorflow-problems.js';
import { typeProblems } from './type-problems.js';
import {
  entryPoints,
  installedWith,
  isCalled,
  publishablePackages,
  readManifest,
  workspacePackages,
} from './workspace.js';

/** @typedef {import('./workspace.js').WorkspacePackage} WorkspacePackage */
/** @typedef {import('./pack.js').PackedPackage} PackedPackage */
/** @typedef {(wanted: WorkspacePackage) => Promise<PackedPackage>} Pack */
/** @typedef {import('./report.js').Report} Report */

/**
 * Checks the built packages as the registry and a stranger would see them.
 *
 * @param {object} options
 * @param {string} options.root the workspace
 * @param {string[]} [options.only] names of packages; all publishable ones unless given
 * @param {(line: string) => void} options.write takes one line for each check
 * @returns {Promise<number>} how many checks failed
 */
export async function checkPackages({ root, only = [], write }) {
  const packages = publishablePackages(root);
  for (const name of only) {
    if (!packages.some((candidate) => isCalled(candidate, name))) {
      throw new RangeError(
        `no publishable package is called ${name}; there are ${packages.map(({ manifest }) => manifest.name).join(', ')}`,
      );
    }
  }
  const chosen = packages.filter(
    (candidate) => only.length === 0 || only.some((name) => isCalled(candidate, name)),
  );
  const report = createReport(write);
  checkTensorflow(root, report);
  await withTemporaryFolder(async (folder) => {
    const pack = packOnce(folder);
    for (const wanted of chosen) await checkPackage(wanted, packages, pack, report);
  });
  return report.failures();
}

/**
 * @param {string} root
 * @param {Report} report
 */
function checkTensorflow(root, report) {
  const read = (/** @type {string} */ name) => readFileSync(join(root, name), 'utf8');
  report.check('workspace', 'one copy of TensorFlow.js', [
    ...lockedTensorflowProblems(read('pnpm-lock.yaml')),
    ...catalogTensorflowProblems(read('pnpm-workspace.yaml')),
    ...[readManifest(root), ...workspacePackages(root).map(({ manifest }) => manifest)].flatMap(
      requiredTensorflowProblems,
    ),
  ]);
}

/**
 * @param {string} folder
 * @returns {Pack}
 */
function packOnce(folder) {
  /** @type {Map<WorkspacePackage, Promise<PackedPackage>>} */
  const packed = new Map();
  return (wanted) => {
    const known = packed.get(wanted) ?? packPackage(wanted, join(folder, `${packed.size}`));
    packed.set(wanted, known);
    return known;
  };
}

/**
 * @param {WorkspacePackage} wanted
 * @param {WorkspacePackage[]} packages
 * @param {Pack} pack
 * @param {Report} report
 */
async function checkPackage(wanted, packages, pack, report) {
  const { name } = wanted.manifest;
  let own;
  const others = [];
  try {
    own = await pack(wanted);
    for (const other of installedWith(wanted, packages)) others.push(await pack(other));
  } catch (error) {
    report.check(name, 'pack', [error instanceof Error ? error.message : String(error)]);
    return;
  }
  report.check(name, 'package.json', manifestProblems(own.manifest));
  report.check(name, 'files', fileProblems(own.files));
  report.check(name, 'publint', await publintProblems(own.tarball));
  if (entryPoints(own.manifest).length > 0) {
    report.check(name, 'types', await typeProblems(own.tarball));
  } else {
    report.skip(name, 'types', 'it has no entry points, only a command');
  }
  await checkAlone(own, others, report);
}

/**
 * @param {PackedPackage} own
 * @param {PackedPackage[]} others
 * @param {Report} report
 */
async function checkAlone({ tarball, folder, manifest }, others, report) {
  const { name, version } = manifest;
  await withTemporaryFolder(async (project) => {
    const tarballs = [tarball, ...others.map((other) => other.tarball)];
    if (!report.check(name, 'installs alone', await installProblems(project, tarballs))) return;

    for (const subpath of entryPoints(manifest)) {
      const specifier = subpath.replace('.', name);
      report.check(name, `import ${specifier}`, await importProblems(project, specifier));
    }

    const readme = join(folder, 'README.md');
    const examples = existsSync(readme) ? readmeExamples(readFileSync(readme, 'utf8')) : [];
    if (examples.length === 0 && entryPoints(manifest).length > 0) {
      report.check(name, 'README example', ['README.md has none that says what it prints']);
    }
    for (const [index, { code, output }] of examples.entries()) {
      const problems = await runProblems(project, code, output);
      report.check(name, `README example ${index + 1}`, problems);
    }

    for (const command of Object.keys(manifest.bin ?? {})) {
      const problems = await commandProblems(project, command, version);
      report.check(name, `${command} --version`, problems);
    }
  });
}
