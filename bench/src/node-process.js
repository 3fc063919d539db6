// What a process of its own does for one backend: node node-process.js BACKEND FOLDER [MAX_SECONDS], with an IPC channel.
import { openEngine } from '@softreg/backend';
import { runBackend } from './backend-run.js';
import { readMnist } from './mnist-in-node.js';

const [backend, folder, maxSeconds] = process.argv.slice(2);
const result = await runBackend({
  open: () => openEngine(backend),
  load: () => readMnist(folder),
  maxSeconds: maxSeconds && Number(maxSeconds),
  clock: () => performance.now(),
  tell: (epochs) => process.send({ epochs }),
});
// Dawn would keep the process alive.
process.send({ result }, () => process.exit());
