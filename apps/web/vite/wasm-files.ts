import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const FILES = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

/** Serves the files that TensorFlow.js's wasm backend asks for, in `wasm/` of the site. */
export function wasmFiles(): Plugin {
  const backend = createRequire(
    createRequire(import.meta.url).resolve('@softreg/backend/package.json'),
  );
  const folder = dirname(backend.resolve('@tensorflow/tfjs-backend-wasm'));
  const read = (name: string) => readFileSync(join(folder, name));
  return {
    name: 'softreg:wasm-files',
    generateBundle() {
      for (const name of FILES) {
        this.emitFile({ type: 'asset', fileName: `wasm/${name}`, source: read(name) });
      }
    },
    configureServer(server) {
      server.middlewares.use('/wasm/', (request, response, next) => {
        const name = FILES.find((file) => request.url === `/${file}`);
        if (name === undefined) return next();
        response.setHeader('content-type', 'application/wasm');
        response.end(read(name));
      });
    },
  };
}
