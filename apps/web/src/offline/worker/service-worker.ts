import { ALL_KEPT, type PageRequest, type SiteFiles } from '../site-files.js';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const SITE_FILES: SiteFiles;

const { first, later, hashed, headers } = SITE_FILES;
const hashes: Readonly<Record<string, string>> = { ...first, ...later };
const scope = new URL(self.registration.scope);
const PAGE = 'index.html';
/** One for all builds, whose files differ by their hashes. Other sites of this origin have caches of their own. */
const CACHE = `softreg-site ${scope.pathname}`;

self.addEventListener('install', (event) => event.waitUntil(keepAll(first)));

// The pages of the build before are closed by now, or asked for it.
self.addEventListener('activate', (event) => event.waitUntil(dropOtherBuilds()));

self.addEventListener('message', (event) => {
  const asked: PageRequest = event.data;
  if (asked === 'take-over') event.waitUntil(self.skipWaiting());
  if (asked === 'keep-later') {
    event.waitUntil(keepAll(later).then(() => event.source?.postMessage(ALL_KEPT)));
  }
});

self.addEventListener('fetch', (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event, path));
});

/** Of a file of this build; undefined for all else, which is none of our business. */
function pathOf({ method, url }: Request): string | undefined {
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== scope.origin || !pathname.startsWith(scope.pathname)) return;
  const path = pathname.slice(scope.pathname.length) || PAGE;
  return Object.hasOwn(hashes, path) ? path : undefined;
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  try {
    const cache = await caches.open(CACHE);
    if ((await cache.match(keyOf(PAGE))) === undefined) {
      // The browser has dropped it. The host's page may be of another build, and nothing of this one may be beside it.
      if (path === PAGE) event.waitUntil(keepAll(first).catch(() => undefined));
      return await fetch(event.request);
    }
    const kept = await cache.match(keyOf(path));
    if (kept !== undefined) return kept;
    const response = await download(path);
    event.waitUntil(cache.put(keyOf(path), response.clone()).catch(() => undefined));
    return response;
  } catch {
    // What is not of this build has another path, but for the few files without a hash in theirs.
    return path === PAGE || path.startsWith(hashed) ? fetch(event.request) : Response.error();
  }
}

/** Those that are not kept yet. */
async function keepAll(files: Readonly<Record<string, string>>): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.keys(files).map(async (path) => {
      if ((await cache.match(keyOf(path))) !== undefined) return;
      await cache.put(keyOf(path), await download(path));
    }),
  );
}

/** From the host, if it is what this build has there. @throws TypeError */
async function download(path: string): Promise<Response> {
  const response = await fetch(addressOf(path), {
    integrity: hashes[path] as string,
    // A host may say that a path without a hash is good for hours.
    cache: path.startsWith(hashed) ? 'default' : 'no-cache',
  });
  const type = response.headers.get('content-type');
  return new Response(response.body, {
    headers: { ...headers, ...(type && { 'content-type': type }) },
  });
}

async function dropOtherBuilds(): Promise<void> {
  const cache = await caches.open(CACHE);
  const ours = new Set(Object.keys(hashes).map(keyOf));
  for (const { url } of await cache.keys()) {
    if (!ours.has(url)) await cache.delete(url);
  }
}

function keyOf(path: string): string {
  return `${addressOf(path)}?${encodeURIComponent(hashes[path] as string)}`;
}

/** Hosts lead from index.html to its folder: so the folder is asked. */
function addressOf(path: string): string {
  return new URL(path === PAGE ? './' : path, scope).href;
}
