interface ImportMetaEnv {
  /** Of MNIST's four files as they are downloaded; undefined where they are no part of this site. */
  readonly VITE_MNIST_BYTES: number | undefined;
  /** Where in the site TensorFlow.js's .wasm files are, with a final slash. */
  readonly VITE_WASM_FOLDER: string;
  /** Of softreg. */
  readonly VITE_RELEASE: string;
}
