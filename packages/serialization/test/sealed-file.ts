// Builds and takes apart files by the format's description alone, with none of the package's own code: what it builds may be
// wrong in any way, but its seals are right.

export type Header = Record<string, unknown> & { __metadata__: Record<string, unknown> };

export interface Parts {
  readonly headerText: string;
  readonly header: Header;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export function takeApart(file: Uint8Array): Parts {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = 8 + view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const headerText = new TextDecoder().decode(file.subarray(8, end));
  return { headerText, header: JSON.parse(headerText), payload: file.slice(end) };
}

/** A file of any header text and payload; the digests in the text, where it has them, are made right. */
export async function sealedFile(
  headerText: string,
  payload: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const blank = '0'.repeat(64);
  const text = headerText
    .replace(/("payload_sha256":")[^"]*/, `$1${await sha256(payload)}`)
    .replace(/("header_sha256":")[^"]*/, `$1${blank}`);
  const header = await sha256(unsealedFile(text));
  const sealed = text.replace(`"header_sha256":"${blank}`, `"header_sha256":"${header}`);
  return unsealedFile(sealed, payload);
}

export function unsealedFile(
  header: string | Uint8Array,
  payload = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + bytes.length + payload.length);
  new DataView(file.buffer).setUint32(0, bytes.length, true);
  file.set(bytes, 8);
  file.set(payload, 8 + bytes.length);
  return file;
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
