import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BindingError } from './errors.js';

/** What an addon is compiled against, and what it loads. */
export interface Libtensorflow {
  /** The folder of the headers. */
  readonly include: string;
  readonly libraries: readonly Library[];
}

export interface Library {
  /** The name by which the addon asks for it. */
  readonly name: string;
  /** The file itself, not a symbolic link to it. */
  readonly path: string;
}

const HEADERS = ['c_api.h', 'eager/c_api.h'];
const FRAMEWORK = 'libtensorflow_framework';
/** The C library of an archive, the C++ one of a Python package; both have the C functions. */
const MAIN_LIBRARIES = ['libtensorflow', 'libtensorflow_cc'];

/**
 * A folder with libtensorflow: an unpacked archive of the C library (`include`, `lib`) or the folder of an installed Python
 * package `tensorflow` (`include`, and the libraries beside it).
 *
 * @throws BindingError BINDING_INVALID_ARGUMENT where it is neither
 */
export async function readLibtensorflow(folder: string): Promise<Libtensorflow> {
  const found = await findLibtensorflow(folder);
  if (found !== undefined) return found;
  throw new BindingError(
    'BINDING_INVALID_ARGUMENT',
    `${folder}: expected include/tensorflow/c and, there or in lib, libtensorflow.so.2 or libtensorflow_cc.so.2 and ${FRAMEWORK}.so.2, found not all of them; name an unpacked C library of TensorFlow 2, or the folder of an installed Python package tensorflow`,
  );
}

export async function findLibtensorflow(folder: string): Promise<Libtensorflow | undefined> {
  const include = resolve(folder, 'include');
  const headers = await names(join(include, 'tensorflow', 'c'));
  if (!HEADERS.every((header) => headers.includes(header.split('/')[0] ?? ''))) return undefined;
  for (const place of [join(folder, 'lib'), folder]) {
    const framework = await findLibrary(place, FRAMEWORK);
    for (const stem of MAIN_LIBRARIES) {
      const main = await findLibrary(place, stem);
      if (main && framework) return { include, libraries: [main, framework] };
    }
  }
  return undefined;
}

/** Archives have `.so`, `.so.2` and `.so.2.16.2`, two of them links; a link that was lost in unpacking is done without. */
async function findLibrary(folder: string, stem: string): Promise<Library | undefined> {
  const found = (await names(folder)).filter((name) => /\.so(\.2(\.\d+)*)?$/.test(name));
  const name = `${stem}.so.2`;
  const file = [name, `${stem}.so`, ...found.filter((other) => other.startsWith(`${name}.`))].find(
    (candidate) => found.includes(candidate),
  );
  return file === undefined ? undefined : { name, path: await realpath(join(folder, file)) };
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
