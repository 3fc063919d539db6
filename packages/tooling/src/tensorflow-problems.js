const VERSION = '4.22.0';

/**
 * Whether the lockfile holds one copy of each TensorFlow.js package, of the one version.
 *
 * @param {string} lockfile the text of pnpm-lock.yaml
 * @returns {string[]}
 */
export function lockedTensorflowProblems(lockfile) {
  const [, snapshots = ''] = lockfile.split(/^snapshots:$/m);
  /** @type {Map<string, string[]>} */
  const copies = new Map();
  for (const [, name = '', version = ''] of snapshots.matchAll(
    /^ {2}'?(@tensorflow\/tfjs[\w-]*)@(.+?)'?:(?: \{\})?$/gm,
  )) {
    copies.set(name, [...(copies.get(name) ?? []), version]);
  }
  if (!copies.has('@tensorflow/tfjs-core')) return ['@tensorflow/tfjs-core is not in the lockfile'];
  return [...copies].flatMap(([name, versions]) => [
    ...versions
      .filter((version) => version.replace(/\(.*/, '') !== VERSION)
      .map((version) => `${name} is ${version}, not ${VERSION}`),
    // The same version twice, with other peers, is two copies on disk.
    ...(versions.length > 1 ? [`${name} is there ${versions.length} times: ${versions}`] : []),
  ]);
}

/**
 * Whether the catalog names the one version exactly.
 *
 * @param {string} workspaceFile the text of pnpm-workspace.yaml
 * @returns {string[]}
 */
export function catalogTensorflowProblems(workspaceFile) {
  // allowBuilds names packages too, with true or false.
  const entries = [
    ...workspaceFile.matchAll(/^\s+["']?(@tensorflow\/tfjs[\w-]*)["']?:\s*["']?([^"'\s]+)["']?/gm),
  ].filter(([, , version]) => version !== 'true' && version !== 'false');
  if (entries.length === 0) return ['the catalog has no @tensorflow package'];
  return entries
    .filter(([, , version]) => version !== VERSION)
    .map(([, name, version]) => `the catalog has ${name} at ${version}, not ${VERSION}`);
}

/**
 * Whether a package.json takes TensorFlow.js from the catalog alone.
 *
 * @param {import('./workspace.js').Manifest} manifest
 * @returns {string[]}
 */
export function requiredTensorflowProblems(manifest) {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  return [dependencies, devDependencies, peerDependencies, optionalDependencies]
    .flatMap((field) => Object.entries(field ?? {}))
    .filter(([name, range]) => name.startsWith('@tensorflow/') && range !== 'catalog:')
    .map(([name, range]) => `${manifest.name} asks for ${name} ${range}, not catalog:`);
}

/**
 * Whether an npm installation holds one copy of each TensorFlow.js package, of the one version.
 *
 * @param {string} lockfile the text of node_modules/.package-lock.json
 * @returns {string[]}
 */
export function installedTensorflowProblems(lockfile) {
  /** @type {Record<string, { version?: string }>} */
  const packages = JSON.parse(lockfile).packages;
  return Object.entries(packages)
    .filter(([path]) => /node_modules\/@tensorflow\/tfjs[^/]*$/.test(path))
    .filter(
      ([path, { version }]) => version !== VERSION || !/^node_modules\/@[^/]+\/[^/]+$/.test(path),
    )
    .map(([path, { version }]) => `${path} is ${version}; expected one copy, ${VERSION}`);
}
