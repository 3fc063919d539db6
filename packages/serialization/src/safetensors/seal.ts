import { brief } from '../brief.js';
import { SerializationError } from '../errors.js';
import { sha256 } from '../sha256.js';
import { decodeSafetensors, payloadStart } from './decode.js';
import { encodeSafetensors } from './encode.js';
import type { SafetensorsFile } from './tensor.js';

const PAYLOAD_KEY = 'payload_sha256';
const HEADER_KEY = 'header_sha256';
const BLANK = '0'.repeat(64);
const QUOTE = 0x22;
const ZERO = 0x30;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * A safetensors file whose metadata hold the SHA-256 of its payload and of its header, the latter taken with zeros in its own
 * place: the format by itself would not notice a changed bit.
 */
export async function sealSafetensors(file: SafetensorsFile): Promise<Uint8Array<ArrayBuffer>> {
  const seals: [string, string][] = [PAYLOAD_KEY, HEADER_KEY].map((key) => [key, BLANK]);
  const bytes = encodeSafetensors({ ...file, metadata: new Map([...file.metadata, ...seals]) });
  const end = payloadStart(bytes);
  const header = bytes.subarray(0, end);
  putSeal(header, PAYLOAD_KEY, await sha256(bytes.subarray(end)));
  putSeal(header, HEADER_KEY, await sha256(header));
  return bytes;
}

/**
 * Decodes a file of {@link sealSafetensors}; both sums must be there and right.
 *
 * @throws SerializationError as {@link decodeSafetensors}, and FILE_DAMAGED
 */
export async function openSealedSafetensors(bytes: Uint8Array): Promise<SafetensorsFile> {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const payload = seal(metadata, PAYLOAD_KEY);
  const header = seal(metadata, HEADER_KEY);
  const end = payloadStart(bytes);
  const foundHeader = await sha256(blanked(bytes.subarray(0, end), header));
  if (foundHeader !== header) throw damaged('header', `SHA-256 ${header}`, foundHeader);
  const foundPayload = await sha256(bytes.subarray(end));
  if (foundPayload !== payload) throw damaged('data', `SHA-256 ${payload}`, foundPayload);
  const rest = [...metadata].filter(([key]) => key !== PAYLOAD_KEY && key !== HEADER_KEY);
  return { tensors, metadata: new Map(rest) };
}

function seal(metadata: ReadonlyMap<string, string>, key: string): string {
  const digest = metadata.get(key);
  if (digest === undefined) throw damaged('metadata', `the seal ${key}`, 'a file without it');
  if (!DIGEST.test(digest)) {
    throw damaged(`metadata ${key}`, '64 hexadecimal digits', brief(digest));
  }
  return digest;
}

/** A copy with zeros in the place of the digest, if that is written as it is and not by escapes. */
function blanked(bytes: Uint8Array, digest: string): Uint8Array {
  // Not slice: that of a Node Buffer copies nothing.
  const header = new Uint8Array(bytes);
  const text = new TextEncoder().encode(`"${digest}"`);
  let at = header.indexOf(QUOTE);
  while (at !== -1 && !text.every((byte, index) => header[at + index] === byte)) {
    at = header.indexOf(QUOTE, at + 1);
  }
  return at === -1 ? header : header.fill(ZERO, at + 1, at + text.length - 1);
}

/** In the place of the blank one; the quotes of other texts are escaped, so that none looks like it. */
function putSeal(header: Uint8Array, key: string, digest: string): void {
  const blank = `"${key}":"${BLANK}`;
  const at = new TextDecoder('latin1').decode(header).indexOf(blank) + blank.length - BLANK.length;
  header.set(new TextEncoder().encode(digest), at);
}

function damaged(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_DAMAGED',
    subject,
    expected,
    found,
    advice: 'softreg did not write this file, or it was changed or damaged since; use another copy',
  });
}
