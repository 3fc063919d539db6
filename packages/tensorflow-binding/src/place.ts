import { constants } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Library } from './libtensorflow.js';
import type { TfjsPackage } from './tfjs-package.js';

/** Where an addon finds its libraries, by its rpath. */
export const LIBRARY_FOLDER = join('deps', 'lib');

/**
 * Gives a folder inside the package, on its disk, that is gone afterwards: what is made there can be tried, and then be renamed
 * into place.
 */
export async function inStaging<T>(
  { folder }: TfjsPackage,
  work: (staging: string) => Promise<T>,
): Promise<T> {
  const staging = await mkdtemp(join(folder, '.tensorflow-binding-'));
  try {
    return await work(staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Lays out a staging folder as a package is, with its libraries. */
export async function stage(
  staging: string,
  { addon }: TfjsPackage,
  libraries: readonly Library[],
): Promise<void> {
  await mkdir(join(staging, dirname(addon)), { recursive: true });
  await mkdir(join(staging, LIBRARY_FOLDER), { recursive: true });
  for (const { name, path } of libraries) {
    await linkOrCopy(path, join(staging, LIBRARY_FOLDER, name));
  }
}

/** A hard link takes no room, and stays when the file it was made from is removed or replaced. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

/**
 * Moves what was staged into the package, the addon last. Files there are replaced, never written to: pnpm and Python's installers
 * share a file's content between folders by hard links.
 */
export async function moveIntoPlace(
  staging: string,
  { folder, addon }: TfjsPackage,
  libraries: readonly Library[],
): Promise<void> {
  const files = [...libraries.map(({ name }) => join(LIBRARY_FOLDER, name)), addon];
  for (const file of files) await mkdir(dirname(join(folder, file)), { recursive: true });
  for (const file of files) await rename(join(staging, file), join(folder, file));
}
