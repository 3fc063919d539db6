import { brief } from './brief.js';
import { SerializationError } from './errors.js';

/** A header of ours has a few kilobytes; the reference reader refuses more than 100 MB. A byte can become six of memory. */
export const MAX_JSON_BYTES = 3 * 2 ** 20;

/** Lists, objects and members of them: a byte or two of each can become some hundred bytes of memory. */
const MAX_ITEMS = 2 ** 15;

/** What {@link parseJson} expects, for an error message. */
export const READABLE_JSON = `JSON of at most ${MAX_ITEMS} items, with no escapes in names`;

/** @returns undefined for text that is not JSON, or is not like any of ours: with more items, or with escapes in names */
export function parseJson(text: string): unknown {
  if (!isLikeOurs(text)) return undefined;
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
  if (bytes > MAX_JSON_BYTES || !isLikeOurs(text)) {
    throw new SerializationError({
      code: 'FILE_INVALID_CONTENT',
      subject,
      expected: `${READABLE_JSON}, and at most ${MAX_JSON_BYTES} bytes`,
      found: `${bytes} bytes, ${brief(value)}`,
    });
  }
  return text;
}

/**
 * Counts at least as many items as parsing makes, or too many; tokens are told apart as far as a parser gets, should it not be JSON.
 *
 * Names may have no escapes: JSON.parse of Node 24 and 26 takes `"\n"` and others for `"\\"` if it has seen that name in the same place.
 */
function isLikeOurs(text: string): boolean {
  let items = 0;
  let inString = false;
  let hasEscape = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      inString = !inString;
      if (hasEscape && isName(text, i)) return false;
      hasEscape = false;
    } else if (inString) {
      if (character !== '\\') continue;
      hasEscape = true;
      i += 1;
    } else if (character === ',' || character === '[' || character === '{') {
      items += 1;
      if (items > MAX_ITEMS) return false;
    }
  }
  return true;
}

/** Whether the string that ends at this quote is the name of a member. */
function isName(text: string, quote: number): boolean {
  let next = quote + 1;
  while (next < text.length && ' \t\r\n'.includes(text[next] as string)) next += 1;
  return text[next] === ':';
}
