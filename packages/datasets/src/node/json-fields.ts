/** What is wrong with a JSON value, and where: a path such as `files.trainImages.bytes`, empty for the whole. */
export class FieldFault extends Error {
  readonly path: string;
  readonly expected: string;
  readonly found: string;

  constructor(path: string, expected: string, found: unknown) {
    const shown = describe(found);
    super(`${path}: expected ${expected}, found ${shown}`);
    this.path = path;
    this.expected = expected;
    this.found = shown;
  }
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A value that was found, in a few printable words. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const shown = String(value).replace(UNPRINTABLE, '?');
  return shown.length > 80 ? `${shown.slice(0, 80)}...` : shown || 'nothing';
}

/**
 * An object with these fields and no others.
 *
 * @throws FieldFault
 */
export function fieldsOf(
  path: string,
  value: unknown,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FieldFault(path, 'an object', value);
  }
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new FieldFault(path, `a field ${missing}`, 'none');
  const known = [...required, ...optional];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new FieldFault(path, `no fields but ${known.join(', ')}`, unknown);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** @throws FieldFault */
export function listOf(
  path: string,
  value: unknown,
  { least, most }: { least: number; most: number },
): readonly unknown[] {
  if (!Array.isArray(value)) throw new FieldFault(path, 'a list', value);
  if (value.length >= least && value.length <= most) return value;
  throw new FieldFault(path, `${least} to ${most} values`, value.length);
}

/**
 * Text that a terminal can show.
 *
 * @throws FieldFault
 */
export function textOf(path: string, value: unknown): string {
  if (typeof value !== 'string') throw new FieldFault(path, 'text', value);
  if (value.trim() !== '' && value.length <= 200 && value.search(UNPRINTABLE) === -1) return value;
  throw new FieldFault(path, '1 to 200 printable characters', value);
}

/**
 * So many hexadecimal digits in lower case, or undefined for a field that is not there.
 *
 * @throws FieldFault
 */
export function hexadecimalOf(path: string, value: unknown, digits: number): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value)) {
    return value;
  }
  throw new FieldFault(path, `${digits} lower-case hexadecimal digits`, value);
}

/** @throws FieldFault if two are the same */
export function distinct(path: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new FieldFault(path, 'names that differ', `${twice} twice`);
}
