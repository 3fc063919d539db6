/** How the kernel finds the values of a row: entries that are not zero, or all of them. As in `kernel/job.ts`. */
export const FORMATS = {
  sparseBytes: 0,
  sparseFloats: 1,
  denseBytes: 2,
  denseFloats: 3,
} as const;

export type Format = (typeof FORMATS)[keyof typeof FORMATS];
