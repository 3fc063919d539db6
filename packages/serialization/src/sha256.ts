/** What is used of `node:crypto`, whose hash of a file of ours takes less time than WebCrypto's way to another thread and back. */
interface NodeCrypto {
  createHash(name: 'sha256'): {
    update(bytes: Uint8Array): { digest(form: 'hex'): string };
  };
}

interface BuiltinModules {
  getBuiltinModule?(name: 'node:crypto'): NodeCrypto | undefined;
}

/** SHA-256 in 64 small hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { process } = globalThis as { process?: BuiltinModules };
  const node = process?.getBuiltinModule?.('node:crypto');
  if (node) return node.createHash('sha256').update(bytes).digest('hex');
  const digest = await crypto.subtle.digest('SHA-256', bytes as BufferSource);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
