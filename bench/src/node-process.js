// What a process of its own does for one backend: node node-process.js BACKEND FOLDER [MAX_SECONDS], with an IPC channel.
import { openEngine } from '@softreg/backend';
import { MNIST, tutorialSplit } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { runBackend, tutorialData } from './backend-run.js';

const [backend, folder, maxSeconds] = process.argv.slice(2);
const result = await runBackend({
  open: () => openEngine(backend),
  load: async () => tutorialData(tutorialSplit(await openDataset(MNIST, { folder }))),
  maxSeconds: maxSeconds && Number(maxSeconds),
  clock: () => performance.now(),
  tell: (epochs) => process.send({ epochs }),
});
// Dawn would keep the process alive.
process.send({ result }, () => process.exit());
