/** In a page the test server serves the package's folder. */
export const wasmFiles: string | undefined =
  'document' in globalThis ? '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' : undefined;
