import * as tf from '@tensorflow/tfjs-core';
import type { BackendError } from '../errors.js';
import { unavailable } from '../unavailable.js';

const FIX =
  'let the host serve the .wasm files of @tensorflow/tfjs-backend-wasm as they are, and name their folder with wasmFiles';

/**
 * Asks for the file that TensorFlow.js will ask for: a host that answers each unknown address with a page of its own would make it fail with a
 * word about magic numbers.
 *
 * @param folder with a final slash; default: that of the script, where TensorFlow.js looks by itself
 * @throws BackendError BACKEND_UNAVAILABLE naming the address and what was found there
 */
export async function checkServedWasm(folder: string | undefined): Promise<void> {
  const address = new URL(await fileName(), new URL(folder ?? '.', globalThis.location.href)).href;
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw refused(address, (cause as Error).message, cause);
  }
  if (!response.ok) throw refused(address, `HTTP status ${response.status}`);
  const [a, b, c, d] = new Uint8Array(await response.arrayBuffer());
  if (a === 0 && b === 0x61 && c === 0x73 && d === 0x6d) return;
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'something';
  throw refused(address, `${type} that is none`);
}

function refused(address: string, found: string, cause?: unknown): BackendError {
  return unavailable('wasm', `expected WebAssembly at ${address}, found ${found}`, {
    cause,
    fix: FIX,
  });
}

async function fileName(): Promise<string> {
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return simd ? 'tfjs-backend-wasm-simd.wasm' : 'tfjs-backend-wasm.wasm';
}
