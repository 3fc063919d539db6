import { defineConfig } from 'vite';
import { pageChunks, workerChunks } from './vite/chunk-names.js';
import { contentPolicy } from './vite/content-policy.js';
import { headersFile, ISOLATION, SITE_HEADERS } from './vite/headers.js';
import { mnistFiles } from './vite/mnist-files.js';
import { release } from './vite/release.js';
import { serviceWorker } from './vite/service-worker.js';
import { sizeTable } from './vite/size-table.js';
import { wasmFiles } from './vite/wasm-files.js';

export default defineConfig({
  // Under any sub-path.
  base: './',
  resolve: { conditions: ['@softreg/source', 'module', 'browser', 'development|production'] },
  plugins: [
    contentPolicy(),
    mnistFiles(),
    wasmFiles(),
    release(),
    headersFile(),
    serviceWorker(),
    sizeTable(),
  ],
  worker: { format: 'es', rolldownOptions: { output: { chunkFileNames: workerChunks } } },
  build: { target: 'es2023', rolldownOptions: { output: { chunkFileNames: pageChunks } } },
  server: { headers: ISOLATION },
  preview: { headers: SITE_HEADERS },
});
