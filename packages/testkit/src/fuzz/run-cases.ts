import { type Random, seededRandom } from './random.js';

export interface CaseRun {
  readonly cases: number;
  /** Gives whether what the case was about is a valid value. Throws where it is neither that nor refused as it should be. */
  readonly run: (random: Random, seed: number) => Promise<boolean>;
  /** Cases under way at once, where most of the time goes by waiting; default 1. */
  readonly atOnce?: number;
}

const MOST_MS = 1000;
const STUCK_MS = 10_000;
/** By which array buffers may grow while a case of some KiB runs. */
const MOST_BYTES = 2 ** 24;

/**
 * Runs the cases of seeds 0 to `cases`: none may fail, hang, take over a second or 16 MiB, or change Object.prototype.
 *
 * @returns how many of the cases were valid values
 */
export async function runCases({ cases, run, atOnce = 1 }: CaseRun): Promise<number> {
  const prototype = Object.getOwnPropertyDescriptors(Object.prototype);
  const since = new Map<number, number>();
  const suspects: number[] = [];
  let bytes = process.memoryUsage().arrayBuffers;
  let accepted = 0;
  let next = 0;

  /** What is wrong with the time or the memory that a case takes. */
  async function excess(seed: number): Promise<string | undefined> {
    const started = performance.now();
    since.set(seed, started);
    if (await run(seededRandom(seed), seed)) accepted += 1;
    since.delete(seed);
    const taken = performance.now() - started;
    const now = process.memoryUsage().arrayBuffers;
    const growth = now - bytes;
    bytes = now;
    if (taken > MOST_MS) return `takes ${taken} ms`;
    return growth > MOST_BYTES ? `takes ${growth} bytes of memory` : undefined;
  }

  async function work(): Promise<void> {
    while (next < cases) {
      const seed = next++;
      if (await named(seed, excess(seed))) suspects.push(seed);
    }
  }

  await orStuck(since, Promise.all(Array.from({ length: atOnce }, work)));
  const valid = accepted;
  // Now alone, for what others took at the same time says nothing.
  for (const seed of suspects) {
    const found = await orStuck(since, named(seed, excess(seed)));
    if (found !== undefined) throw new Error(`case of seed ${seed} ${found}`);
  }
  const after = Object.getOwnPropertyDescriptors(Object.prototype);
  const names = new Set([
    ...Reflect.ownKeys(prototype),
    ...Reflect.ownKeys(after),
  ]) as Set<'valueOf'>;
  for (const name of names) {
    if (prototype[name]?.value === after[name]?.value) continue;
    throw new Error(`Object.prototype.${String(name)} was changed`);
  }
  return valid;
}

async function named<T>(seed: number, result: Promise<T>): Promise<T> {
  return result.catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`case of seed ${seed}: ${reason}`, { cause });
  });
}

async function orStuck<T>(since: ReadonlyMap<number, number>, result: Promise<T>): Promise<T> {
  let watch: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    watch = setInterval(() => {
      for (const [seed, started] of since) {
        if (performance.now() - started > STUCK_MS) reject(new Error(`case of seed ${seed} hangs`));
      }
    }, MOST_MS);
  });
  return Promise.race([result, stuck]).finally(() => clearInterval(watch));
}
