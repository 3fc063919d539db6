import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './capture.js';
import { oneLine } from './one-line.js';
import { pinnedPnpm } from './pnpm.js';
import { readManifest } from './workspace.js';

/**
 * @typedef {object} PackedPackage
 * @property {string} tarball the path of the .tgz
 * @property {string} folder the unpacked package
 * @property {string[]} files paths inside the package, with `/`
 * @property {import('./workspace.js').Manifest} manifest
 */

/**
 * Packs a package as `pnpm publish` would: with pnpm, which replaces `workspace:` and `catalog:` by versions.
 *
 * @param {import('./workspace.js').WorkspacePackage} workspacePackage
 * @param {string} destination an empty or a new folder
 * @returns {Promise<PackedPackage>}
 */
export async function packPackage({ folder, manifest }, destination) {
  mkdirSync(destination, { recursive: true });
  const tarball = join(destination, 'package.tgz');
  const packed = await capture(
    'npx',
    ['--yes', pinnedPnpm(), 'pack', '--out', tarball, '--reporter=silent'],
    folder,
  );
  if (packed.code !== 0) {
    throw new Error(`pnpm pack of ${manifest.name}: ${oneLine(packed.stderr || packed.stdout)}`);
  }
  const unpacked = await capture('tar', ['-xzf', 'package.tgz'], destination);
  if (unpacked.code !== 0) throw new Error(`tar: ${oneLine(unpacked.stderr)}`);
  const content = join(destination, 'package');
  return { tarball, folder: content, files: filesIn(content), manifest: readManifest(content) };
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
