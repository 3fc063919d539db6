// Threads share a phase by taking chunks of it. The host posts a phase, takes chunks like everybody, and waits until all are done:
// never for a worker that has not woken up yet, as then the others have done its part.
//
// Which thread does which chunk is left to chance, and how large chunks are depends on the threads. So no sum may cross chunks: each row,
// feature or group is computed by one thread, in one order. Thus the numbers are the same, to the bit, for any number of threads.
import { job } from './job';
import { BELL, DONE, HOST_SLEEPS, SLEEPING_WORKERS, TURNSTILE } from './layout';
import { perform } from './perform';

/** Looks before one lies down: some 40 microseconds, where a step of a minibatch takes some hundred (docs/simd.md). */
const WORKER_SPINS = 100000;
const HOST_SPINS = 100000;

/** Goes into the host's instance alone; workers read it out of the turnstile. */
let phase: i64 = 0;

/** Does all of the phase that the job describes. @returns whether it is done: if not, the rest has to be waited for */
export function run(): bool {
  const total = job().total;
  const chunk = job().chunk;
  const chunks = (total + chunk - 1) / chunk;
  atomic.store<i32>(DONE, 0);
  phase += 1;
  atomic.store<i64>(TURNSTILE, (phase << 32) | chunks);
  if (chunks > 1 && atomic.load<i32>(SLEEPING_WORKERS) > 0) {
    atomic.add<i32>(BELL, 1);
    atomic.notify(BELL, -1);
  }
  takeChunks();
  for (let spins = 0; spins < HOST_SPINS; spins++) {
    if (atomic.load<i32>(DONE) === chunks) return true;
  }
  return false;
}

/** Waits for a tenth of a second at most, asleep if it may. @returns whether the phase is done */
export function waitForRest(maySleep: bool): bool {
  const total = job().total;
  const chunk = job().chunk;
  const chunks = (total + chunk - 1) / chunk;
  if (!maySleep) {
    for (let spins = 0; spins < HOST_SPINS; spins++) {
      if (atomic.load<i32>(DONE) === chunks) return true;
    }
    return false;
  }
  atomic.store<i32>(HOST_SLEEPS, 1);
  const done = atomic.load<i32>(DONE);
  if (done !== chunks) atomic.wait<i32>(DONE, done, 100_000_000);
  atomic.store<i32>(HOST_SLEEPS, 0);
  return atomic.load<i32>(DONE) === chunks;
}

/** The life of a worker. Returns once the host has called `dismiss`. */
export function serve(): void {
  let spins = 0;
  for (;;) {
    const left = <i32>atomic.load<i64>(TURNSTILE);
    if (left < 0) return;
    if (left > 0) {
      takeChunks();
      spins = 0;
    } else if (++spins === WORKER_SPINS) {
      sleep();
      spins = 0;
    }
  }
}

export function dismiss(): void {
  atomic.store<i64>(TURNSTILE, -1);
  atomic.add<i32>(BELL, 1);
  atomic.notify(BELL, -1);
}

/** The host rings after it has posted a phase, if it sees a sleeper; so one must be seen before it looks for a phase. */
function sleep(): void {
  atomic.add<i32>(SLEEPING_WORKERS, 1);
  const bell = atomic.load<i32>(BELL);
  if (<i32>atomic.load<i64>(TURNSTILE) === 0) atomic.wait<i32>(BELL, bell, -1);
  atomic.sub<i32>(SLEEPING_WORKERS, 1);
}

/** The number of the phase is part of the word, so that who comes late takes nothing of the next one in the belief it is this. */
function takeChunks(): void {
  for (;;) {
    const word = atomic.load<i64>(TURNSTILE);
    const left = <i32>word;
    if (left <= 0) return;
    if (atomic.cmpxchg<i64>(TURNSTILE, word, word - 1) !== word) continue;
    const total = job().total;
    const chunk = job().chunk;
    // Upwards, as the processor expects of who reads a lot of memory.
    const from = ((total + chunk - 1) / chunk - left) * chunk;
    perform(from, min(from + chunk, total));
    atomic.add<i32>(DONE, 1);
    if (atomic.load<i32>(HOST_SLEEPS) !== 0) atomic.notify(DONE, 1);
  }
}
