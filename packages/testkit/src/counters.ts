import { readFileSync } from 'node:fs';
import { onTestFinished, vi } from 'vitest';

/** Counts the bytes that come out of decompressors until the test is over. */
export function countUnpacked(): () => number {
  let bytes = 0;
  const Platform = DecompressionStream;
  vi.stubGlobal(
    'DecompressionStream',
    class {
      readonly readable: ReadableStream<Uint8Array>;
      readonly writable: WritableStream<BufferSource>;

      constructor(format: 'gzip') {
        const { readable, writable } = new Platform(format);
        const reader = readable.getReader();
        this.writable = writable;
        this.readable = new ReadableStream(
          {
            async pull(controller) {
              const { done, value } = await reader.read();
              bytes += value?.length ?? 0;
              if (done) controller.close();
              else controller.enqueue(value);
            },
            cancel: (reason) => reader.cancel(reason),
          },
          { highWaterMark: 0 },
        );
      }
    },
  );
  onTestFinished(() => void vi.stubGlobal('DecompressionStream', Platform));
  return () => bytes;
}

/** Bytes that this process has read so far, holes of files among them; 0 where the system does not count them. */
export function bytesRead(): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
