import { importInNode, isNode } from '../node-only.js';

/** Threads that help the one that calls. */
export interface Crew {
  /** Why one of them is gone; undefined as long as all are there. */
  failure(): string | undefined;
  close(): void;
}

export const NO_CREW: Crew = { failure: () => undefined, close() {} };

/** What a worker needs to serve. */
interface Post {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** What is alike of a worker in Node and in a page. */
interface Hand {
  /** Called once, when the worker is ready to serve. */
  onReady(listener: () => void): void;
  onFailure(listener: (reason: string) => void): void;
  /** The process may end though the worker still serves. */
  release(): void;
  terminate(): void;
}

const PATIENCE_MS = 10_000;

/** Starts `workers` workers on that memory; resolves when all are ready. Rejects, with none left, if one does not start. */
export async function startCrew(post: Post, workers: number): Promise<Crew> {
  let failure: string | undefined;
  const hands: Hand[] = [];
  const close = () => {
    for (const hand of hands) hand.terminate();
  };
  const hire = async () => {
    const hand = isNode() ? await startInNode(post) : startInPage(post);
    hands.push(hand);
    await new Promise<void>((resolve, reject) => {
      hand.onReady(resolve);
      hand.onFailure((reason) => {
        failure ??= reason;
        reject(new Error(reason));
      });
    });
    hand.release();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    const reason = `a worker was not ready within ${PATIENCE_MS / 1000} seconds`;
    timer = setTimeout(() => reject(new Error(reason)), PATIENCE_MS);
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: workers }, hire)), silence]);
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { failure: () => failure, close };
}

interface NodeWorker {
  once(event: 'message', listener: () => void): void;
  once(event: 'error', listener: (error: Error) => void): void;
  once(event: 'exit', listener: (code: number) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface WorkerThreads {
  Worker: new (file: URL, options: object) => NodeWorker;
}

/** Not written where it is used: bundlers of pages would take it for a worker of theirs. */
const NODE_WORKER = './node-worker.js';

async function startInNode(workerData: Post): Promise<Hand> {
  const { Worker: Thread } = await importInNode<WorkerThreads>('node:worker_threads');
  const worker = new Thread(new URL(NODE_WORKER, import.meta.url), {
    workerData,
    // What the program was started with is of no use here, and may take its time.
    execArgv: [],
  });
  return {
    onReady: (listener) => worker.once('message', listener),
    onFailure: (listener) => {
      worker.once('error', ({ message }) => listener(`a worker failed: ${message}`));
      worker.once('exit', (code) => listener(`a worker ended with code ${code}`));
    },
    release: () => worker.unref(),
    terminate: () => void worker.terminate(),
  };
}

function startInPage(post: Post): Hand {
  const worker = new Worker(new URL('./page-worker.js', import.meta.url), { type: 'module' });
  worker.postMessage(post);
  return {
    onReady: (listener) => worker.addEventListener('message', listener, { once: true }),
    onFailure: (listener) => {
      worker.addEventListener('error', ({ message }) =>
        listener(`a worker failed: ${message || 'its code could not be loaded'}`),
      );
    },
    release() {},
    terminate: () => worker.terminate(),
  };
}
