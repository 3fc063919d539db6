import { realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BindingError } from './errors.js';
import { run } from './run.js';
import { PACKAGE_NAMES, readManifest } from './tfjs-package.js';

/**
 * The folders of tfjs-node and tfjs-node-gpu, as far as they are there: `from` itself if it is one, else those that a program in
 * `from` would load.
 *
 * @throws BindingError BINDING_INVALID_ARGUMENT if `from` is no folder, BINDING_PACKAGE_MISSING if there is neither
 */
export async function findPackages(from: string = process.cwd()): Promise<string[]> {
  await requireFolder(from);
  const { name } = (await readManifest(from)) ?? {};
  if (PACKAGE_NAMES.some((known) => known === name)) return [resolve(from)];
  const found = (
    await Promise.all(PACKAGE_NAMES.map((known) => resolvePackage(resolve(from), known)))
  ).filter((folder) => folder !== undefined);
  if (found.length > 0) return found;
  throw new BindingError(
    'BINDING_PACKAGE_MISSING',
    `${resolve(from)}: expected ${PACKAGE_NAMES.join(' or ')} to be installed for it, found neither; install one, or name the folder of one, or of a project that has one, with --package`,
  );
}

async function requireFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  throw new BindingError(
    'BINDING_INVALID_ARGUMENT',
    `${path}: expected a folder, found none; name one that exists`,
  );
}

/** By Node's rule, but without NODE_PATH: pnpm sets it for commands to folders that a program does not load from. */
async function resolvePackage(from: string, name: string): Promise<string | undefined> {
  const folder = join(from, 'node_modules', name);
  if ((await readManifest(folder)) !== undefined) return realpath(folder);
  return dirname(from) === from ? undefined : resolvePackage(dirname(from), name);
}

/**
 * The folder in which npm keeps what was installed with `--global`.
 *
 * @throws BindingError BINDING_PACKAGE_MISSING where npm cannot say it
 */
export async function globalFolder(signal?: AbortSignal): Promise<string> {
  const { code, stdout } = await run(['npm', 'root', '--global'], signal).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return { code: undefined, stdout: '' };
      throw error;
    },
  );
  if (code === 0) return stdout.trim();
  throw new BindingError(
    'BINDING_PACKAGE_MISSING',
    'npm root --global: expected the folder of global packages, found that npm cannot be run; name the package with --package',
  );
}
