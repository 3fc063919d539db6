import { brief } from './brief.js';
import { SerializationError } from './errors.js';

/** Descriptions of models have a few kilobytes. A byte can become six of memory. */
export const MAX_JSON_BYTES = 3 * 2 ** 20;

/** Lists, objects and members of them: a byte or two of each can become some hundred bytes of memory. */
const MAX_ITEMS = 2 ** 15;

/** What {@link parseJson} expects, for an error message. */
export const READABLE_JSON = `JSON of at most ${MAX_ITEMS} items, with no escapes in names and none twice`;

/** @returns undefined for text that is not JSON, or is not like any of ours: with more items, with escapes in names, or a name twice */
export function parseJson(text: string): unknown {
  if (!isLikeOurs(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws SerializationError FILE_INVALID_CONTENT for what could be written, but not read again */
export function toJson(
  value: unknown,
  subject: string,
  { indent, maxBytes = MAX_JSON_BYTES }: { indent?: number; maxBytes?: number } = {},
): string {
  const text = JSON.stringify(value, undefined, indent);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxBytes || !isLikeOurs(text)) {
    throw new SerializationError({
      code: 'FILE_INVALID_CONTENT',
      subject,
      expected: `${READABLE_JSON}, and at most ${maxBytes} bytes`,
      found: `${bytes} bytes, ${brief(value)}`,
    });
  }
  return text;
}

/**
 * Counts at least as many items as parsing makes, or too many; tokens are told apart as far as a parser gets, should it not be JSON.
 *
 * Names may have no escapes: JSON.parse of Node 24 and 26 takes `"\n"` and others for `"\\"` if it has seen that name in the same place. And
 * none may be there twice in one object: of these JSON.parse keeps the last and says nothing.
 */
function isLikeOurs(text: string): boolean {
  let items = 0;
  let start = -1;
  let hasEscape = false;
  /** The names so far of each object that is open; of a list, and of an object without names, undefined. */
  const names: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      if (start === -1) {
        start = i + 1;
        hasEscape = false;
        continue;
      }
      if (isName(text, i)) {
        if (hasEscape) return false;
        const level = names.length - 1;
        const known = names[level] ?? new Set<string>();
        names[level] = known;
        const name = text.slice(start, i);
        if (known.has(name)) return false;
        known.add(name);
      }
      start = -1;
    } else if (start !== -1) {
      if (character !== '\\') continue;
      hasEscape = true;
      i += 1;
    } else if (character === ',' || character === '[' || character === '{') {
      items += 1;
      if (items > MAX_ITEMS) return false;
      if (character !== ',') names.push(undefined);
    } else if (character === ']' || character === '}') {
      names.pop();
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
