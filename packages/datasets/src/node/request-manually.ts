import { isAllowed, mayRedirect } from '../fetch/addresses.js';
import { MirrorFault, notReached } from '../fetch/mirror-fault.js';
import { discard, type RequestOptions } from '../fetch/request.js';

/** As much of `fetch` as is needed. */
export type SimpleFetch = (url: URL, init: RequestInit) => Promise<Response>;

const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Asks for an address and follows redirects itself: https alone, or http within this machine.
 *
 * @throws MirrorFault
 */
export async function requestManually(
  fetch: SimpleFetch,
  address: URL,
  { headers, signal, redirects }: RequestOptions,
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

function nextAddress(response: Response, from: URL): URL {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, from)) {
    throw new MirrorFault(`answered ${response.status} without a place to go`);
  }
  const next = new URL(location, from);
  if (!mayRedirect(from, next)) throw new MirrorFault(`redirects to ${next.origin}`);
  return next;
}
