import { importInNode } from '../node-only.js';
import { explain, type Failure, notInstalled } from './failures.js';
import { thisInstallation } from './installation.js';

export type Imported =
  | { readonly module: unknown }
  | {
      readonly failure: Failure;
      /** Whether the package is there. */
      readonly installed: boolean;
      readonly cause: unknown;
    };

/**
 * Imports a package that the user may have installed or not. In Node alone.
 *
 * @param version to name in the command that installs it
 */
export async function importOptional(name: string, version: string): Promise<Imported> {
  const spec = `${name}@${version}`;
  try {
    return { module: await importInNode(name) };
  } catch (cause) {
    const installation = await thisInstallation();
    return isMissing(cause, name)
      ? { failure: notInstalled(spec, installation), installed: false, cause }
      : { failure: explain(cause, spec, installation), installed: true, cause };
  }
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const notFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  // Not one of the packages that it needs itself.
  return notFound && String(message).includes(`'${name}'`);
}
