import type { Examples } from '@softreg/backend';
import type { ExampleStream } from '@softreg/model';

export interface WatchedStream extends ExampleStream {
  /** Loops over minibatches that are open. */
  readonly open: () => number;
  /** Minibatches read so far. */
  readonly read: () => number;
  /** The arguments of each epoch. */
  readonly asked: readonly { first: number; seed: number | undefined }[];
}

/** Examples in memory, given out as a file would be; with a seed, minibatches begin at a place that it decides. */
export function streamed(
  examples: Examples,
  fault: (read: number) => void = () => {},
): WatchedStream {
  const { count, features, classes } = examples;
  const asked: { first: number; seed: number | undefined }[] = [];
  let open = 0;
  let read = 0;
  return {
    count,
    features,
    classes,
    open: () => open,
    read: () => read,
    asked,
    async *minibatches(size, first, seed) {
      asked.push({ first, seed });
      open += 1;
      try {
        const whole = Math.floor(count / size);
        for (let number = first; number * size < count; number++) {
          await new Promise((resolve) => setTimeout(resolve));
          const start = (number < whole ? (number + (seed ?? 0)) % whole : number) * size;
          const end = Math.min(start + size, count);
          fault(++read);
          yield {
            ...examples,
            values: examples.values.slice(start * features, end * features),
            labels: examples.labels.slice(start, end),
            count: end - start,
          };
        }
      } finally {
        open -= 1;
      }
    },
  };
}
