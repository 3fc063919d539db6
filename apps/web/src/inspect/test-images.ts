import { useEffect, useState } from 'preact/hooks';
import { session } from '../state/open-session.js';
import { openedData, report } from '../state/store.js';

type Images = ReadonlyMap<number, Uint8Array>;

const NONE: Images = new Map();

/** Pixels of test images by number; those that are not here yet are left out. */
export function useTestImages(indices: readonly number[]): Images {
  const data = openedData.value;
  const [kept, setKept] = useState({ data, images: NONE });
  // The same numbers are other images of other data.
  const images = kept.data === data ? kept.images : NONE;
  const wanted = indices.join();
  useEffect(() => {
    const missing = indices.filter((index) => !images.has(index));
    if (missing.length === 0) return;
    let isWanted = true;
    const take = (pixels: Uint8Array) => {
      if (isWanted) setKept({ data, images: joined(images, indices, missing, pixels) });
    };
    session().testImages(missing).then(take, report);
    return () => {
      isWanted = false;
    };
  }, [wanted, data]);
  return images;
}

/** Of those that are there, what is still wanted, and the new ones. */
function joined(
  before: Images,
  wanted: readonly number[],
  added: readonly number[],
  pixels: Uint8Array,
): Images {
  const size = pixels.length / added.length;
  const all = new Map(before);
  for (const [i, index] of added.entries()) {
    all.set(index, pixels.subarray(i * size, (i + 1) * size));
  }
  return new Map([...all].filter(([index]) => wanted.includes(index)));
}
