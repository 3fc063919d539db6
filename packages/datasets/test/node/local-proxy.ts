import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LocalProxy {
  readonly host: string;
  /** `HOST:PORT` of the tunnels that were asked for, in order. */
  readonly tunnels: string[];
  /** Addresses that were asked for without a tunnel. */
  readonly forwarded: string[];
}

export interface LocalProxyOptions {
  /** What it wants to hear: `user:password`. */
  readonly login?: string;
  /** What it answers instead of doing its work. */
  readonly refusal?: number;
}

/** An HTTP proxy on this machine that takes every host for this machine, and stops after the test. */
export async function localProxy({ login, refusal }: LocalProxyOptions = {}): Promise<LocalProxy> {
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const refusalOf = ({ headers }: IncomingMessage) =>
    wanted !== undefined && headers['proxy-authorization'] !== wanted ? 407 : refusal;
  const server = createServer((incoming, response) => {
    forwarded.push(incoming.url as string);
    const status = refusalOf(incoming);
    if (status !== undefined) return void response.writeHead(status).end();
    const { port, pathname } = new URL(incoming.url as string);
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    request({ host: '127.0.0.1', port, path: pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    tunnels.push(incoming.url as string);
    const status = refusalOf(incoming);
    if (status !== undefined) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const goal = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(goal).pipe(socket);
    });
    for (const end of [goal, socket]) {
      sockets.add(end);
      end.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, tunnels, forwarded };
}
