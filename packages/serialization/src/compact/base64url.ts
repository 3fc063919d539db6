const BYTES_AT_ONCE = 3 * 2 ** 12;

/** Base64 in characters that a link may hold as they are (RFC 4648, section 5), without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += BYTES_AT_ONCE) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + BYTES_AT_ONCE)));
  }
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @returns undefined for any text but those that {@link toBase64url} makes */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const characters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  // The last character may have bits to spare, which are zero.
  const rest = bytes.subarray(bytes.length - (bytes.length % 3));
  return text.endsWith(toBase64url(rest)) ? bytes : undefined;
}
