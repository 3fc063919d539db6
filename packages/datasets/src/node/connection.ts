import type { Request } from '../fetch/request.js';
import type { ProxiedFetch } from './proxied-fetch.js';
import { type ProxyAddress, proxyFor } from './proxy-for.js';
import { requestManually } from './request-manually.js';

interface Connection {
  readonly request: Request;
  close(): Promise<void>;
}

/** Asks by the caller's own `fetch`, or else by Node's, or through the proxy that the environment names. */
export function openConnection(own: typeof fetch | undefined): Connection {
  const opened = new Map<string, Promise<ProxiedFetch>>();
  const throughProxy = (proxy: ProxyAddress) => {
    const known = opened.get(proxy.variable) ?? openProxy(proxy);
    opened.set(proxy.variable, known);
    return known;
  };
  const usual = async (url: URL, init: RequestInit) => {
    const proxy = proxyFor(url, process.env);
    if (proxy === undefined) return fetch(url, init);
    return (await throughProxy(proxy)).fetch(url, init);
  };
  return {
    request: (address, options) => requestManually(own ?? usual, address, options),
    async close() {
      for (const proxied of opened.values()) await (await proxied).close();
    },
  };
}

/** The module is large, and most have no proxy. */
async function openProxy(proxy: ProxyAddress): Promise<ProxiedFetch> {
  const { proxiedFetch } = await import('./proxied-fetch.js');
  return proxiedFetch(proxy);
}
