// What the page does; `in-chromium.js` calls it. The data come from the folders of its server.
import { openEngine } from '@softreg/backend';
import { loadDataset, MNIST, tutorialSplit } from '@softreg/datasets';
import { runBackend } from './backend-run.js';
import { tutorialData } from './tutorial-data.js';

globalThis.runInPage = (backend, maxSeconds) =>
  runBackend({
    open: () => openEngine(backend, { wasmFiles: '/wasm/' }),
    load: async () => tutorialData(tutorialSplit(await loadDataset(MNIST, openFile))),
    maxSeconds,
    clock: () => performance.now(),
    tell: globalThis.tell,
  });

async function openFile(name) {
  const location = `/mnist/${name}`;
  const response = await fetch(location);
  if (!response.ok) throw new Error(`${location}: ${response.status} ${response.statusText}`);
  return { location, source: response.body };
}
