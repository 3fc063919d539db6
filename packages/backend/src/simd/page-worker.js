// A thread of the engine `simd` in a page.
self.onmessage = ({ data: { module, memory } }) => {
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports;
  self.postMessage('ready');
  /** @type {() => void} */ (kernel.serve)();
};
