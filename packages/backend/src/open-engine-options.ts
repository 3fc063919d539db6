/** What an engine may need to know of where it runs. */
export interface OpenEngineOptions {
  /** Threads to compute on. No engine so far takes more than 1. */
  threads?: number | undefined;
  /** In a page: the address, with a final slash, of the folder that serves the `.wasm` files of @tensorflow/tfjs-backend-wasm. */
  wasmFiles?: string | undefined;
}
