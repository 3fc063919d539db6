import { placeText } from '../curves/value-table.js';
import { shown } from '../state/store.js';
import { texts } from './messages.js';

/** What the page shows, in words: an epoch of the run, or a model from elsewhere. */
export function shownName(): string {
  const text = texts();
  const { epoch = 'now', name = '' } = shown.value ?? {};
  if (typeof epoch === 'number') return text.epoch(placeText(epoch));
  return epoch === 'uploaded' ? text.uploaded(name) : text[epoch];
}
