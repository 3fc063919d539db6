/** Whether a file may be asked for there: https, or http within this machine, and no password in the address. */
export function isAllowed(url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Whether a mirror may send on to there. A public one must not send anybody to a service of the own machine. */
export function mayRedirect(from: URL, to: URL): boolean {
  return isAllowed(to) && (isLoopback(from) || !isLoopback(to));
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
