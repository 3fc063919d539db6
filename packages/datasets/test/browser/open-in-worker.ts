import { openDataset } from '../../src/browser/index.js';

// Opens the data set that the page names, and tells how it went; `ready` as soon as it can be told to.
addEventListener('message', async ({ data: entry }) => {
  const phases: string[] = [];
  try {
    const { train, sha256 } = await openDataset(entry, {
      limits: { idleMs: 5000, deadlineMs: 20_000 },
      onProgress: ({ phase }) => {
        phases.push(phase);
        if (phase === 'save') postMessage('saving');
      },
    });
    postMessage({ count: train.count, sha256, phases });
  } catch (error) {
    postMessage({ message: String(error), phases });
  }
});
postMessage('ready');
