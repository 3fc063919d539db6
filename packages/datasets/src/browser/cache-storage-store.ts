import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { tooLarge } from '../fetch/file-fault.js';
import type { CachedFile, Store } from '../fetch/store.js';

/** One for all data sets. */
const CACHE = 'softreg-datasets';
/** Keys are addresses. This one is nobody's, so that no service worker answers a page with it. */
const BASE = 'https://softreg.invalid/datasets/';

/** Files in Cache Storage, which shows what is put there once it is whole. */
export function cacheStorageStore(entry: DatasetEntry, cache: Cache): Store {
  const base = new URL(`${encodeURIComponent(entry.name)}/`, BASE).href;
  const keyOf = (name: string) => base + encodeURIComponent(name);
  const nameOf = (file: DatasetFile) => `${file.name}.gz`;
  const locate = (name: string) => `cache-storage:${CACHE}/${entry.name}/${name}`;
  const find = (file: DatasetFile) => cache.match(keyOf(nameOf(file)));
  return {
    locationOf: (file) => locate(nameOf(file)),
    has: async (file) => (await find(file)) !== undefined,
    async read(file) {
      try {
        const blob = await (await find(file))?.blob();
        if (blob === undefined) return undefined;
        const reason = tooLarge(file, blob.size);
        if (reason !== undefined) return { reason };
        return { bytes: new Uint8Array(await blob.arrayBuffer()) };
      } catch (error) {
        return { reason: String(error) };
      }
    },
    async save(file, bytes) {
      const headers = { 'last-modified': new Date().toUTCString() };
      const response = new Response(bytes as BufferSource, { headers });
      return cache.put(keyOf(nameOf(file)), response).then(
        () => undefined,
        (error: unknown) => String(error),
      );
    },
    async list() {
      const found: CachedFile[] = [];
      for (const request of await cache.keys()) {
        const response = request.url.startsWith(base) ? await cache.match(request) : undefined;
        if (response === undefined) continue;
        const name = decodeURIComponent(request.url.slice(base.length));
        const kind = Object.values(entry.files).some((file) => nameOf(file) === name)
          ? 'file'
          : 'other';
        const modified = new Date(response.headers.get('last-modified') ?? 0);
        const { size: bytes } = await response.blob();
        found.push({ name, path: locate(name), bytes, modified, kind });
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async remove(files) {
      for (const { name } of files) await cache.delete(keyOf(name));
    },
  };
}

/** Undefined where the browser has none for this page: over http, or in a sandboxed frame, which may not even ask. */
export async function openCache(): Promise<Cache | undefined> {
  try {
    return await globalThis.caches?.open(CACHE);
  } catch {
    return undefined;
  }
}
