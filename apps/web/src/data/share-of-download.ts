import type { DatasetEntry } from '@softreg/datasets';
import type { FetchEvent } from '@softreg/datasets/browser';

/**
 * How much of a data set is here, told at each whole percent. Files weigh as their raw bytes do, and what came before another attempt
 * counts no more.
 *
 * @param onShare told 0 to 1
 */
export function shareOfDownload(
  { files }: DatasetEntry,
  onShare: (share: number) => void,
): (event: FetchEvent) => void {
  const all = Object.values(files);
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const shares = new Map<string, number>();
  let told: number | undefined;
  return (event) => {
    const bytes = all.find(({ name }) => name === event.file)?.bytes;
    if (bytes === undefined || !('loaded' in event)) return;
    // Where the transfer is unpacked on the way, what arrives is raw.
    const share = event.phase === 'save' ? 1 : event.loaded / (event.total ?? bytes);
    shares.set(event.file, Math.min(1, share) * bytes);
    const here = [...shares.values()].reduce((sum, part) => sum + part, 0) / total;
    const percent = Math.floor(100 * here);
    if (percent === told) return;
    told = percent;
    onShare(here);
  };
}
