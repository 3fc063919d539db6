/** What an engine may need to know of where it runs. */
export interface OpenEngineOptions {
  /** Threads to compute on, which `simd` takes, 1 to 256; the others take 1 alone. `auto` lets go of the wish if none can fulfil it. */
  threads?: number | undefined;
  /** In a page: the address, with a final slash, of the folder that serves the `.wasm` files of @tensorflow/tfjs-backend-wasm. */
  wasmFiles?: string | undefined;
  /** Where `auto` keeps what it has measured; left away, it measures each time. */
  verdicts?: VerdictStore | undefined;
}

/** A place for one text, such as a file or an entry of `localStorage`. */
export interface VerdictStore {
  /** The text as it was written last; undefined if there is none. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}
