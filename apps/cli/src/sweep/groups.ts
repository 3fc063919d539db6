import { UsageError } from '../usage-error.js';
import type { SweepConfig, SweepSetting } from './config.js';

/**
 * Backends on which models side by side, as one wide matrix product, take less time than models in processes of their own:
 * docs/decisions/0022-sweep.md has the measurements.
 */
const GAINING: readonly string[] = ['cuda', 'tensorflow', 'wasm'];

/** More at a time gain little more, and a process that is killed takes all of its settings with it. */
const MOST_TOGETHER = 16;

/**
 * Parts the settings into those that one process trains at a time: side by side where the backend gains from that and they can share
 * their steps, else one by one. There are groups for each process, where there are settings enough.
 *
 * @param sideBySide true also on a backend that is not known to gain, false nowhere
 */
export function groupsOf(
  pending: readonly SweepSetting[],
  config: SweepConfig,
  processes: number,
  sideBySide: boolean | undefined,
): SweepSetting[][] {
  const { backend } = config;
  const isWished = sideBySide ?? GAINING.includes(backend);
  if (!isWished || whyAlone(config) !== undefined) return pending.map((setting) => [setting]);
  const size = Math.min(MOST_TOGETHER, Math.ceil(pending.length / processes));
  return [...alike(pending).values()].flatMap((settings) => chunks(settings, size));
}

/** By batch size: nothing else that is varied makes the steps of two settings take other images. */
function alike(pending: readonly SweepSetting[]): Map<number, SweepSetting[]> {
  const byBatchSize = new Map<number, SweepSetting[]>();
  for (const one of pending) {
    const { batchSize } = one.settings;
    byBatchSize.set(batchSize, [...(byBatchSize.get(batchSize) ?? []), one]);
  }
  return byBatchSize;
}

/** @throws UsageError if settings are to be side by side that cannot be */
export function refuseSideBySide(config: SweepConfig, sideBySide: boolean | undefined): void {
  const found = whyAlone(config);
  if (sideBySide !== true || found === undefined) return;
  throw new UsageError(
    `--side-by-side: expected a sweep whose settings can share their steps, found ${found}; leave the flag away`,
  );
}

/** What keeps settings from sharing steps: the engine takes them itself by one rule alone, on images in memory; undefined if nothing. */
function whyAlone({ backend, stream, settings }: SweepConfig): string | undefined {
  const { optimizer, clipNorm, penalizeBias } = settings;
  if (backend === 'simd') return `backend ${backend}`;
  if (stream) return 'images that are read as they are needed';
  if (optimizer !== 'sgd') return `--optimizer ${optimizer}`;
  if (clipNorm !== undefined) return `--clip-norm ${clipNorm}`;
  return penalizeBias ? '--penalize-bias' : undefined;
}

/** As few as can be of at most so many, and as equal as can be. */
function chunks<T>(all: readonly T[], most: number): T[][] {
  const count = Math.ceil(all.length / most);
  return Array.from({ length: count }, (_, i) =>
    all.slice(Math.floor((i * all.length) / count), Math.floor(((i + 1) * all.length) / count)),
  );
}
