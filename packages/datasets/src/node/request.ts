import { MirrorFault, notReached } from './mirror-fault.js';

export interface RequestOptions {
  /** `fetch`, or one that goes through a proxy. */
  readonly fetch: typeof globalThis.fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Redirects to follow at most. */
  readonly redirects: number;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Asks for an address and follows redirects: https alone, or http within this machine.
 *
 * @throws MirrorFault
 */
export async function request(
  address: URL,
  { fetch, headers, signal, redirects }: RequestOptions,
): Promise<Response> {
  const visited = new Set<string>();
  let url = address;
  if (!isAllowed(url)) throw new MirrorFault('is not an https address');
  while (true) {
    visited.add(url.href);
    const response = await fetch(url, { headers, signal, redirect: 'manual' }).catch((error) => {
      throw notReached(error);
    });
    if (!REDIRECTS.includes(response.status) && !signal.aborted) return response;
    await discard(response);
    signal.throwIfAborted();
    const next = nextAddress(response, url);
    if (visited.has(next.href)) throw new MirrorFault('redirects in a loop');
    if (visited.size > redirects) throw new MirrorFault(`redirects more than ${redirects} times`);
    url = next;
  }
}

/** Closes the connection instead of reading a body that nobody wants. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function nextAddress(response: Response, from: URL): URL {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, from)) {
    throw new MirrorFault(`answered ${response.status} without a place to go`);
  }
  const next = new URL(location, from);
  // A public mirror must not send anybody to a service of the own machine.
  const leaves = isLoopback(next) && !isLoopback(from);
  if (!isAllowed(next) || leaves) throw new MirrorFault(`redirects to ${next.origin}`);
  return next;
}

/** Whether a file may be asked for there: https, or http within this machine, and no password in the address. */
export function isAllowed(url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
