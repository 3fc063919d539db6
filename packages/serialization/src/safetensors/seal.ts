import { SerializationError } from '../errors.js';
import { decodeSafetensors, readLayout } from './decode.js';
import { encodeSafetensors } from './encode.js';
import type { SafetensorsFile } from './tensor.js';

const PAYLOAD_KEY = 'payload_sha256';
const HEADER_KEY = 'header_sha256';
const BLANK = '0'.repeat(64);

/**
 * A safetensors file whose metadata hold the SHA-256 of its payload and of its header, the latter taken with zeros in its own
 * place: the format by itself would not notice a changed bit.
 */
export async function sealSafetensors(file: SafetensorsFile): Promise<Uint8Array<ArrayBuffer>> {
  const blank = encodeSafetensors(withSeals(file, BLANK, BLANK));
  const payload = await sha256(blank.subarray(readLayout(blank).payloadStart));
  const half = encodeSafetensors(withSeals(file, payload, BLANK));
  const header = await sha256(half.subarray(0, readLayout(half).payloadStart));
  return encodeSafetensors(withSeals(file, payload, header));
}

/**
 * Decodes a file of {@link sealSafetensors}; both sums must be there and right.
 *
 * @throws SerializationError as {@link decodeSafetensors}, and FILE_DAMAGED
 */
export async function openSealedSafetensors(bytes: Uint8Array): Promise<SafetensorsFile> {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const payload = metadata.get(PAYLOAD_KEY);
  const header = metadata.get(HEADER_KEY);
  if (payload === undefined || header === undefined) {
    throw damaged('metadata', `${PAYLOAD_KEY} and ${HEADER_KEY}`, 'a file without them');
  }
  const { headerText, payloadStart } = readLayout(bytes);
  const blanked = bytes.slice(0, payloadStart);
  blanked.set(new TextEncoder().encode(headerText.replace(`"${header}"`, `"${BLANK}"`)), 8);
  const foundHeader = await sha256(blanked);
  if (foundHeader !== header) throw damaged('header', `SHA-256 ${header}`, foundHeader);
  const foundPayload = await sha256(bytes.subarray(payloadStart));
  if (foundPayload !== payload) throw damaged('data', `SHA-256 ${payload}`, foundPayload);
  const rest = [...metadata].filter(([key]) => key !== PAYLOAD_KEY && key !== HEADER_KEY);
  return { tensors, metadata: new Map(rest) };
}

function withSeals(file: SafetensorsFile, payload: string, header: string): SafetensorsFile {
  const seals: [string, string][] = [
    [PAYLOAD_KEY, payload],
    [HEADER_KEY, header],
  ];
  return { tensors: file.tensors, metadata: new Map([...file.metadata, ...seals]) };
}

function damaged(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_DAMAGED',
    subject,
    expected,
    found,
    advice: 'the file was changed or damaged after it was written; use another copy',
  });
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as BufferSource);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
