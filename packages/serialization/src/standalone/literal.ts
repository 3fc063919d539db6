const SPECIAL = /[^ -~]|[<>&]/g;

/** Strings as JavaScript writes them, in ASCII and with nothing that ends a script element or a line. */
export function asciiLiteral(texts: readonly string[]): string {
  return JSON.stringify(texts).replace(
    SPECIAL,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
