import { BackendError } from '../errors.js';
import type { Rows } from '../examples.js';
import type { SharedSplit } from './shared-splits.js';
import type { Slice } from './slice.js';

/** Work for one model that may be done for several at once. */
export interface SliceWork {
  readonly slice: Slice;
  readonly split: SharedSplit;
  readonly rows: Rows;
}

/** Those of the same rows together, in the order of the first of each group. */
export function groupAlike<Work extends SliceWork>(all: readonly Work[]): Work[][] {
  const groups: Work[][] = [];
  for (const one of all) {
    const group = groups.find(([first]) => {
      const { split, rows } = first as Work;
      return split.hasSame(rows, one.split, one.rows);
    });
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** Rejects what was closed since it was asked for. @returns the others */
export function stillOpen<Work extends SliceWork & { reject(reason: unknown): void }>(
  all: readonly Work[],
): Work[] {
  return all.filter(({ slice, split, reject }) => {
    if (slice.isOpen && split.isOpen) return true;
    reject(slice.isOpen ? closedSplitError() : closedError());
    return false;
  });
}

export function closedError(): BackendError {
  return new BackendError('BACKEND_NOT_READY', 'the engine is closed');
}

export function closedSplitError(): BackendError {
  return new BackendError(
    'BACKEND_INVALID_ARGUMENT',
    'split: it is closed, or belongs to another engine',
  );
}
