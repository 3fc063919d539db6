import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { BindingError } from './errors.js';

export const PACKAGE_NAMES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'] as const;

/** The one whose sources were compiled and run. */
const SUPPORTED_VERSION = '4.22.0';

/** An installed tfjs-node or tfjs-node-gpu. */
export interface TfjsPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute, free of symbolic links. */
  readonly folder: string;
  /** The Node-API version for which its addon is compiled. */
  readonly napiVersion: number;
  /** Where it looks for its addon, from its folder. */
  readonly addon: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly binary?: {
    readonly module_name: string;
    readonly module_path: string;
    readonly napi_versions: readonly number[];
  };
}

/**
 * @throws BindingError BINDING_INVALID_ARGUMENT where the folder is no such package, BINDING_UNSUPPORTED_VERSION
 */
export async function readTfjsPackage(path: string): Promise<TfjsPackage> {
  const manifest = await readManifest(path);
  const { name = 'no name', version = 'no version', binary } = manifest ?? {};
  if (!PACKAGE_NAMES.some((known) => known === name)) {
    throw new BindingError(
      'BINDING_INVALID_ARGUMENT',
      `${path}: expected the folder of ${PACKAGE_NAMES.join(' or ')}, found ${manifest === undefined ? 'no package.json' : name}; name the folder that holds its package.json`,
    );
  }
  if (version !== SUPPORTED_VERSION || binary === undefined) {
    throw new BindingError(
      'BINDING_UNSUPPORTED_VERSION',
      `${path}: expected ${name} ${SUPPORTED_VERSION}, found ${version}; install ${name}@${SUPPORTED_VERSION}`,
    );
  }
  const napiVersion = highestNapiVersion(binary.napi_versions);
  const folder = binary.module_path.replace('{napi_build_version}', `${napiVersion}`);
  return {
    name,
    version,
    folder: await realpath(path),
    napiVersion,
    addon: join(folder, `${binary.module_name}.node`),
  };
}

/** Undefined where there is no package.json that can be read as one. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The rule by which @mapbox/node-pre-gyp finds an addon: the highest version listed that this Node has. */
function highestNapiVersion(listed: readonly number[]): number {
  const own = Number(process.versions.napi);
  return Math.max(...listed.filter((version) => version <= own));
}
