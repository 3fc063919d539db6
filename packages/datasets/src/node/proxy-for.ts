import { MirrorFault } from '../fetch/mirror-fault.js';

/** A proxy, and the variable that names it. */
export interface ProxyAddress {
  readonly variable: string;
  /** Without user name and password. */
  readonly origin: string;
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for an address: HTTPS_PROXY for https, HTTP_PROXY for http, none for the hosts of NO_PROXY. Names
 * in small letters go first, as in curl.
 *
 * @throws MirrorFault if the variable holds no address of a proxy. What it holds is not told: there may be a password in it
 */
export function proxyFor(url: URL, environment: Environment): ProxyAddress | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const [variable, value] = read(environment, name);
  if (value === '' || isExcepted(url, read(environment, 'NO_PROXY')[1])) return undefined;
  try {
    const { protocol, origin, host, username, password } = new URL(
      /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`,
    );
    if (protocol === 'http:' || protocol === 'https:') {
      const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
      return { variable, origin, host, user, password: secret };
    }
  } catch {
    // No address at all, or a user name that is no text.
  }
  throw new MirrorFault(`could not be asked: ${variable} is not the address of an http proxy`);
}

function read(environment: Environment, name: string): [variable: string, value: string] {
  const small = name.toLowerCase();
  const variable = environment[small] === undefined ? name : small;
  return [variable, (environment[variable] ?? '').trim()];
}

/** An entry is `*`, or a host with or without a port, and stands for the hosts below it too: `example.org`, `.example.org`, `*.example.org`. */
function isExcepted({ protocol, hostname, port }: URL, list: string): boolean {
  const asked = port || (protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    const [, named = '', only] = /^(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const host = named.replace(/^\*?\./, '');
    if (named === '' || (only !== undefined && only !== asked)) return false;
    return host === '*' || hostname === host || hostname.endsWith(`.${host}`);
  });
}
