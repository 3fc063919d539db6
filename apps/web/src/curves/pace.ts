export interface Paced {
  /** Does the work at once, or as soon as it may be done again. */
  ask(): void;
  cancel(): void;
}

/** Work that is asked for more often than it should be done. @param every milliseconds from one time to the next, at least */
export function pace(work: () => void, every: number): Paced {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const doNow = () => {
    timer = undefined;
    last = performance.now();
    work();
  };
  return {
    ask() {
      timer ??= setTimeout(doNow, Math.max(0, last + every - performance.now()));
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
