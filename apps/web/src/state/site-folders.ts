/** Where the site has TensorFlow.js's .wasm files. */
export function wasmFolder(): string {
  return new URL(import.meta.env.VITE_WASM_FOLDER, document.baseURI).href;
}

/** Where the site has its own copy of MNIST's files, if it has one. */
export function mnistFolder(): string {
  return new URL('data/mnist/', document.baseURI).href;
}
