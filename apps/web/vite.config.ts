import { defineConfig } from 'vite';
import { contentPolicy } from './vite/content-policy.js';
import { mnistFiles } from './vite/mnist-files.js';
import { wasmFiles } from './vite/wasm-files.js';

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Under any sub-path.
  base: './',
  resolve: { conditions: ['@softreg/source', 'module', 'browser', 'development|production'] },
  plugins: [contentPolicy(), mnistFiles(), wasmFiles()],
  worker: { format: 'es' },
  build: { target: 'es2023' },
  server: { headers: ISOLATION },
  preview: { headers: ISOLATION },
});
