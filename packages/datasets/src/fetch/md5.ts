import { hexOf } from '../sha256.js';

/** MD5 in lower-case hexadecimal. No browser has it built in, and few files need it, so the module is loaded at the first use. */
export async function md5Hex(bytes: Uint8Array): Promise<string> {
  const { md5 } = await import('@noble/hashes/legacy.js');
  return hexOf(md5(bytes));
}
