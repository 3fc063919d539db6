import { join } from 'node:path';
import { compileAddon, findCompiler } from './compile.js';
import { BindingError, withFileErrors } from './errors.js';
import { readLibtensorflow } from './libtensorflow.js';
import { requireSupported, thisMachine } from './machine.js';
import { inStaging, LIBRARY_FOLDER, moveIntoPlace, stage } from './place.js';
import { type Proof, proveAddon } from './prove.js';
import { readTfjsPackage, type TfjsPackage } from './tfjs-package.js';
import { wheelLibtensorflow } from './wheel.js';

export interface BuildOptions {
  /** The folder of an installed @tensorflow/tfjs-node or tfjs-node-gpu, 4.22.0. */
  readonly package: string;
  /**
   * A folder with libtensorflow: an unpacked archive of the C library, or that of an installed Python package `tensorflow`. Unless
   * given, it is taken out of PyPI's wheel tensorflow-cpu.
   */
  readonly libtensorflow?: string | undefined;
  /** The version of the wheel. Default: 2.16.2, whose SHA-256 is known here and checked. */
  readonly tensorflowVersion?: string | undefined;
  /** Where unpacked wheels are kept. Default: the system's folder for caches, `~/.cache/softreg/libtensorflow` on Linux. */
  readonly cache?: string | undefined;
  /** Whether to replace an addon that works. Default: false. */
  readonly force?: boolean | undefined;
  /** Stops the build; the package is left as it was. */
  readonly signal?: AbortSignal | undefined;
  /** Told what is done next. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** An addon that was seen to work. */
export interface Binding extends Proof {
  readonly package: string;
  readonly version: string;
  /** The addon's file. */
  readonly addon: string;
  /** False for one that was there and worked. */
  readonly built: boolean;
}

/**
 * Compiles the addon of an installed tfjs-node, unless it has one that works, and puts it and libtensorflow into the package. It is
 * tried before it is put there and after; whatever fails before leaves the package as it was.
 *
 * @throws BindingError whose code says what the machine lacks or what was named wrongly; the signal's reason when aborted
 */
export async function buildBinding(options: BuildOptions): Promise<Binding> {
  requireVersion(options);
  const target = await readTfjsPackage(options.package);
  const { signal, force = false } = options;
  const working = force ? undefined : await tryAddon(target, signal);
  if (working !== undefined) return describe(target, working, false);
  try {
    await build(target, options);
  } catch (error) {
    throw withFileErrors(error);
  }
  return describe(target, await proveAddon(target, { signal }), true);
}

/**
 * Loads an installed tfjs-node in a process of its own and multiplies two matrices.
 *
 * @throws BindingError BINDING_NOT_WORKING; BINDING_INVALID_ARGUMENT, BINDING_UNSUPPORTED_VERSION
 */
export async function checkBinding(
  folder: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Binding> {
  const target = await readTfjsPackage(folder);
  return describe(target, await proveAddon(target, { signal }), false);
}

async function build(
  target: TfjsPackage,
  {
    libtensorflow: folder,
    tensorflowVersion,
    cache,
    signal,
    onProgress = () => undefined,
  }: BuildOptions,
): Promise<void> {
  const machine = thisMachine();
  requireSupported(machine);
  const compiler = await findCompiler(signal);
  await inStaging(target, async (staging) => {
    const { include, libraries } =
      folder === undefined
        ? await wheelLibtensorflow({
            version: tensorflowVersion,
            cache,
            machine,
            signal,
            onProgress,
          })
        : await readLibtensorflow(folder);
    await stage(staging, target, libraries);
    const addon = join(staging, target.addon);
    onProgress(`compiling the addon of ${target.name} in ${target.folder}`);
    await compileAddon({
      compiler,
      target,
      include,
      libraryFolder: join(staging, LIBRARY_FOLDER),
      libraryNames: libraries.map(({ name }) => name),
      addon,
      signal,
    });
    await proveAddon(target, { addon, signal });
    await moveIntoPlace(staging, target, libraries);
  });
}

async function tryAddon(target: TfjsPackage, signal?: AbortSignal): Promise<Proof | undefined> {
  return proveAddon(target, { signal }).catch((error: unknown) => {
    if (BindingError.isInstance(error)) return undefined;
    throw error;
  });
}

function describe({ name, version, folder, addon }: TfjsPackage, proof: Proof, built: boolean) {
  return { package: name, version, addon: join(folder, addon), ...proof, built };
}

/** It becomes a part of a line that pip reads. */
function requireVersion({ tensorflowVersion: version }: BuildOptions): void {
  if (version === undefined || /^2\.\d+\.\d+$/.test(version)) return;
  throw new BindingError(
    'BINDING_INVALID_ARGUMENT',
    `the version of tensorflow-cpu: expected three numbers, the first a 2, found ${JSON.stringify(version)}; name one such as 2.16.2`,
  );
}
