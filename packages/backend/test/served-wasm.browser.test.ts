import { afterEach, expect, test, vi } from 'vitest';
import { openEngine } from '../src/index.js';
import { wasmFiles } from './wasm-files.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const open = (folder: string | undefined) => openEngine('wasm', { wasmFiles: folder });
const answers = (make: () => Promise<Response>) =>
  vi.spyOn(globalThis, 'fetch').mockImplementation(make);
const FIX =
  'let the host serve the .wasm files of @tensorflow/tfjs-backend-wasm as they are, and name their folder with wasmFiles';

// In this order: TensorFlow.js starts its backend once.
test('a host that answers with a page is a reason', async () => {
  const asked = answers(async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    return new Response('<!doctype html><title>not found</title>', { headers });
  });
  await expect(open('/files/')).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    reason: expect.stringMatching(
      /^expected WebAssembly at http:\/\/[^ ]+\/files\/tfjs-backend-wasm-simd\.wasm, found text\/html that is none$/,
    ),
    fix: FIX,
  });
  expect(asked).toHaveBeenCalledTimes(1);
});

test.each([
  ['a host that has none', async () => new Response('', { status: 404 }), /found HTTP status 404$/],
  [
    'a host that is not to be reached',
    () => Promise.reject(new TypeError('Failed to fetch')),
    /found Failed to fetch$/,
  ],
  ['an empty file', async () => new Response(new Uint8Array(0)), /found something that is none$/],
])('%s is a reason', async (_, make, reason) => {
  answers(make);
  await expect(open('/files/')).rejects.toMatchObject({ reason: expect.stringMatching(reason) });
});

test('the files of the package are found', async () => {
  const engine = await open(wasmFiles);
  expect(engine.description).toMatch(/on WebAssembly SIMD$/);
  engine.close();
});
