import type { Inspection } from '../session/protocol.js';
import type { Cell } from './confusion-table.js';

/** Numbers of the test images of a cell, ascending. */
export function imagesOfCell(
  { labels, predictions }: Pick<Inspection, 'labels' | 'predictions'>,
  { actual, predicted }: Cell,
): number[] {
  const found: number[] = [];
  for (const [index, label] of labels.entries()) {
    if (label === actual && predictions[index] === predicted) found.push(index);
  }
  return found;
}
