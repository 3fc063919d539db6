import { unavailable } from '../unavailable.js';

export interface CompiledKernel {
  readonly module: WebAssembly.Module;
  /** Whether it rounds once where the others round twice, so that last bits differ. */
  readonly isRelaxed: boolean;
}

/** Each is loaded when it is needed; `kernel/build.js` makes them. */
const BINARIES = {
  plain: () => import('./generated/plain.js'),
  relaxed: () => import('./generated/relaxed.js'),
  shared: () => import('./generated/shared.js'),
  sharedRelaxed: () => import('./generated/shared-relaxed.js'),
};

/**
 * The fastest variant of the kernel that this runtime takes.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function compileKernel(isShared: boolean): Promise<CompiledKernel> {
  if (!('WebAssembly' in globalThis)) {
    throw unavailable('simd', 'there is no WebAssembly in this runtime');
  }
  for (const isRelaxed of [true, false]) {
    const name = isShared
      ? isRelaxed
        ? 'sharedRelaxed'
        : 'shared'
      : isRelaxed
        ? 'relaxed'
        : 'plain';
    const bytes = decode((await BINARIES[name]()).base64);
    if (WebAssembly.validate(bytes)) return { module: await compile(bytes), isRelaxed };
  }
  throw unavailable('simd', 'the WebAssembly of this runtime has no SIMD');
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw unavailable('simd', `WebAssembly is refused here: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
