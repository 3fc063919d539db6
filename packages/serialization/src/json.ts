import { brief } from './brief.js';
import { SerializationError } from './errors.js';

/** A header of ours has a few kilobytes; the reference reader refuses more than 100 MB. A byte can become six of memory. */
export const MAX_JSON_BYTES = 4 * 2 ** 20;

/** Lists, objects and members of them: a byte or two of each can become some hundred bytes of memory. */
const MAX_ITEMS = 2 ** 15;

/** What {@link parseJson} expects, for an error message. */
export const READABLE_JSON = `JSON of at most ${MAX_ITEMS} items`;

/** @returns undefined for text that is not JSON, or that has more items than any file of ours */
export function parseJson(text: string): unknown {
  if (countItems(text) > MAX_ITEMS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws SerializationError FILE_INVALID_CONTENT for what could be written, but not read again */
export function toJson(value: unknown, subject: string, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_JSON_BYTES || countItems(text) > MAX_ITEMS) {
    throw new SerializationError({
      code: 'FILE_INVALID_CONTENT',
      subject,
      expected: `${READABLE_JSON} and ${MAX_JSON_BYTES} bytes`,
      found: `${bytes} bytes, ${brief(value)}`,
    });
  }
  return text;
}

/** At least as many as parsing makes, or too many; tokens are told apart as far as a parser gets, should it not be JSON. */
function countItems(text: string): number {
  let items = 0;
  let inString = false;
  for (let i = 0; i < text.length && items <= MAX_ITEMS; i++) {
    const character = text[i];
    if (character === '"') inString = !inString;
    else if (inString) i += character === '\\' ? 1 : 0;
    else if (character === ',' || character === '[' || character === '{') items += 1;
  }
  return items;
}
