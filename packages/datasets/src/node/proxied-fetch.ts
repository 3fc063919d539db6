import { ProxyAgent, fetch as undiciFetch } from 'undici';
import { codeOf, isPassing, MirrorFault } from '../fetch/mirror-fault.js';
import type { ProxyAddress } from './proxy-for.js';

export interface ProxiedFetch {
  fetch(url: URL, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** `fetch` through a proxy. What fails before an answer comes is a MirrorFault that names the proxy, but no password. */
export function proxiedFetch({ origin, host, user, password }: ProxyAddress): ProxiedFetch {
  const secret = Buffer.from(`${user}:${password}`).toString('base64');
  const dispatcher = new ProxyAgent({
    uri: origin,
    ...((user || password) && { token: `Basic ${secret}` }),
    // As curl does: many proxies open tunnels to https alone.
    proxyTunnel: false,
  });
  return {
    async fetch(url, init) {
      const request = undiciFetch(url, { ...init, dispatcher } as Parameters<
        typeof undiciFetch
      >[1]);
      const response = await request.catch((error: unknown) => {
        throw proxyFault(host, error);
      });
      return response as unknown as Response;
    },
    close: () => dispatcher.destroy(),
  };
}

function proxyFault(host: string, error: unknown): MirrorFault {
  const cause = deepestCause(error);
  // The message is all that tells of a proxy's refusal.
  const [, status] = /\((\d{3})\)/.exec(cause instanceof Error ? cause.message : '') ?? [];
  const advice = status === '407' ? ': it wants a user name and password that it knows' : '';
  const reason = status === undefined ? codeOf(cause) : `it answered ${status}${advice}`;
  const clause = `could not be reached through the proxy ${host} (${reason})`;
  return new MirrorFault(clause, { passing: status === undefined && isPassing(cause) });
}

function deepestCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? deepestCause(error.cause) : error;
}
