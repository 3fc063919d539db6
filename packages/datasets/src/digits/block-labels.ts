import type { Random } from '../random.js';

/** All classes once, in random order, by Fisher and Yates' shuffle. */
export function blockLabels(classes: number, random: Random): Uint8Array {
  const labels = Uint8Array.from({ length: classes }, (_, label) => label);
  for (let last = classes - 1; last > 0; last--) {
    const taken = Math.floor(random.uniform() * (last + 1));
    [labels[taken], labels[last]] = [labels[last] as number, labels[taken] as number];
  }
  return labels;
}
