import { isAllowed, mayRedirect } from '../fetch/addresses.js';
import { MirrorFault, notReached } from '../fetch/mirror-fault.js';
import { discard, type Request } from '../fetch/request.js';

/**
 * Requests of a page or a worker: https, http within this machine, or the page's own origin. A browser follows redirects by itself, up to
 * 20, and shows where they led; a redirect that is not followed it hides.
 */
export function followRequest(fetch: typeof globalThis.fetch, ownOrigin: string): Request {
  return async (address, { headers, signal, redirects }) => {
    if (!isAllowed(address) && address.origin !== ownOrigin) {
      throw new MirrorFault('is not an https address');
    }
    const response = await fetch(address, {
      headers,
      signal,
      redirect: redirects === 0 ? 'error' : 'follow',
      // What is kept is kept elsewhere, and a damaged copy must not come back from here.
      cache: 'no-store',
    }).catch((error: unknown) => {
      throw notReached(error);
    });
    const end = response.redirected ? new URL(response.url) : address;
    const fine = end === address || end.origin === ownOrigin || mayRedirect(address, end);
    if (fine && !signal.aborted) return response;
    await discard(response);
    signal.throwIfAborted();
    throw new MirrorFault(`redirects to ${end.origin}`);
  };
}
