/** SHA-256 in lower-case hexadecimal. By Web Crypto, which a browser has over https and on localhost alone, or else more slowly. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return hexOf(await digestOf(bytes));
}

/** Two digits for each byte. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function digestOf(bytes: Uint8Array): Promise<Uint8Array> {
  // The types know of no page over http.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return (await import('@noble/hashes/sha2.js')).sha256(bytes);
  return new Uint8Array(await subtle.digest('SHA-256', bytes as BufferSource));
}
