import { useEffect, useState } from 'preact/hooks';
import { report, session } from '../state/store.js';

/** Pixels of test images by number; those that are not here yet are left out. */
export function useTestImages(indices: readonly number[]): ReadonlyMap<number, Uint8Array> {
  const [images, setImages] = useState<ReadonlyMap<number, Uint8Array>>(new Map());
  const wanted = indices.join();
  useEffect(() => {
    const missing = indices.filter((index) => !images.has(index));
    if (missing.length === 0) return;
    let isWanted = true;
    const take = (pixels: Uint8Array) => {
      if (isWanted) setImages(joined(images, indices, missing, pixels));
    };
    session().testImages(missing).then(take, report);
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  return images;
}

/** Of those that are there, what is still wanted, and the new ones. */
function joined(
  before: ReadonlyMap<number, Uint8Array>,
  wanted: readonly number[],
  added: readonly number[],
  pixels: Uint8Array,
): ReadonlyMap<number, Uint8Array> {
  const size = pixels.length / added.length;
  const all = new Map(before);
  for (const [i, index] of added.entries()) {
    all.set(index, pixels.subarray(i * size, (i + 1) * size));
  }
  return new Map([...all].filter(([index]) => wanted.includes(index)));
}
