const memories = [];

/** Keeps count of the memories of WebAssembly that are made from now on: where an engine with code of its own keeps its data. */
export function watchMemories() {
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
}

/** Of the largest one; undefined if there is none. */
export function largestMemoryBytes() {
  if (memories.length === 0) return undefined;
  return Math.max(...memories.map(({ buffer }) => buffer.byteLength));
}
