const MAX_CHARACTERS = 80;
const MAX_ITEMS = 8;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A value out of a file, for an error message: one short line whatever it is, a million lists in each other or control codes. */
export function brief(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') {
    const rest = value.length > MAX_CHARACTERS ? '...' : '';
    return `${JSON.stringify(value.slice(0, MAX_CHARACTERS)).replace(UNPRINTABLE, escaped)}${rest}`;
  }
  if (Array.isArray(value)) {
    const flat = value.length <= MAX_ITEMS && !value.some((item) => typeof item === 'object');
    return flat ? `[${value.map(brief).join(', ')}]` : `a list of ${value.length}`;
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
