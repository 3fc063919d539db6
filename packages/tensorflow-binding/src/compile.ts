import { join } from 'node:path';
import { include_dir as nodeHeaders } from 'node-api-headers';
import { BindingError } from './errors.js';
import { describeEnd, run } from './run.js';
import type { TfjsPackage } from './tfjs-package.js';

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];
const COMPILERS = ['g++', 'c++', 'clang++'];

/**
 * The C++ compiler: the command in CXX, else the first there is.
 *
 * @throws BindingError BINDING_COMPILER_MISSING
 */
export async function findCompiler(signal?: AbortSignal): Promise<string[]> {
  const own = (process.env.CXX ?? '').split(' ').filter((word) => word !== '');
  const candidates = own.length > 0 ? [own] : COMPILERS.map((name) => [name]);
  for (const candidate of candidates) {
    if (await isCompiler(candidate, signal)) return candidate;
  }
  throw new BindingError(
    'BINDING_COMPILER_MISSING',
    `a C++ compiler: expected ${candidates.map((words) => words.join(' ')).join(', ')} on the PATH, found none that runs; install one (Debian, Ubuntu: apt install g++), or name it in CXX`,
  );
}

async function isCompiler(command: readonly string[], signal?: AbortSignal): Promise<boolean> {
  return run([...command, '--version'], signal).then(
    ({ code }) => code === 0,
    (error: NodeJS.ErrnoException) => {
      if (error.syscall?.startsWith('spawn')) return false;
      throw error;
    },
  );
}

export interface CompileOptions {
  readonly compiler: readonly string[];
  readonly target: TfjsPackage;
  /** The folder of libtensorflow's headers. */
  readonly include: string;
  /** Where the libraries lie that are linked. */
  readonly libraryFolder: string;
  readonly libraryNames: readonly string[];
  /** The file to write. */
  readonly addon: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles the package's own C++ sources.
 *
 * @throws BindingError BINDING_COMPILE_FAILED
 */
export async function compileAddon(options: CompileOptions): Promise<void> {
  const { compiler, target, include, libraryFolder, libraryNames, addon, signal } = options;
  const end = await run(
    [
      ...compiler,
      ...['-O2', '-std=c++17', '-fPIC', '-shared', `-DNAPI_VERSION=${target.napiVersion}`],
      ...[`-I${nodeHeaders}`, `-I${include}`],
      ...SOURCES.map((name) => join(target.folder, 'binding', name)),
      // A library may have its functions in one that it loads in turn; some linkers would leave it out.
      ...['-o', addon, `-L${libraryFolder}`, '-Wl,--no-as-needed'],
      ...libraryNames.map((name) => `-l:${name}`),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      // A function that this libtensorflow lacks shows when the addon is loaded, not when it is first called.
      '-Wl,-z,now',
    ],
    signal,
  );
  if (end.code === 0) return;
  throw new BindingError(
    'BINDING_COMPILE_FAILED',
    `${target.folder}: expected ${compiler.join(' ')} to compile its addon, found ${describeEnd(end)}; try another compiler in CXX, or another libtensorflow`,
  );
}
