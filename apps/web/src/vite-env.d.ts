interface ImportMetaEnv {
  /** Whether MNIST's files are a part of this site. */
  readonly VITE_HAS_MNIST: boolean;
}
