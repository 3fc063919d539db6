import type { ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Fault } from './mirror-faults.js';
import type { Answer } from './mirror-server.js';

export const sendGood: Answer = (response, good) => response.end(good);

export const sendForever: Answer = (response) => {
  const chunk = Buffer.alloc(2 ** 16);
  const write = () => {
    while (response.write(chunk));
  };
  response.on('drain', write);
  write();
};

export const breakInTheMiddle: Answer = (response, good) => {
  response.writeHead(200, { 'content-length': good.length });
  response.write(good.subarray(0, 20), () => response.destroy());
};

export const silent: Answer = () => undefined;

export const stallAfterHeaders: Answer = (response) => response.flushHeaders();

export const stallInTheMiddle: Answer = (response, good) => {
  response.writeHead(200, { 'content-length': good.length }).write(good.subarray(0, 20));
};

/** A byte every ten milliseconds. */
export const drip: Answer = (response, good) => {
  response.writeHead(200, { 'content-length': good.length });
  let sent = 0;
  const timer = setInterval(() => response.write(good.subarray(sent++, sent)), 10);
  response.on('close', () => clearInterval(timer));
};

const withStatus =
  (status: number, text = ''): Answer =>
  (response) =>
    response.writeHead(status).end(text);

/** Labels of no image. */
function vectorOf(length: number): Buffer {
  const raw = Buffer.alloc(8 + length);
  raw.set([0, 0, 8, 1]);
  raw.writeUInt32BE(length, 4);
  return gzipSync(raw);
}

/** The same shape, and each value another. */
const sendOtherData: Answer = (response, good) => {
  const raw = gunzipSync(good);
  const header = 4 + 4 * (raw[3] as number);
  response.end(gzipSync(raw.map((value, index) => (index < header ? value : value ^ 1))));
};

const FAULTS: Readonly<Record<Fault, Answer>> = {
  '403': withStatus(403, 'no'),
  '404': withStatus(404, 'no'),
  '429': withStatus(429, 'later'),
  '500': withStatus(500),
  '304 to a question that was not asked': withStatus(304),
  'an HTML page with 200': (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in'),
  'nothing with 200': (response) => response.end(),
  'another file of the right shape': sendOtherData,
  'a smaller file of the right form': (response) => response.end(vectorOf(3)),
  'a truncated file': (response, good) => response.end(good.subarray(0, -9)),
  'a connection that breaks in the middle': breakInTheMiddle,
  'a connection that breaks at once': (response) => response.destroy(),
  'an announcement of too many bytes': (response) =>
    response.writeHead(200, { 'content-length': 2 ** 40 }).flushHeaders(),
  'bytes without end': sendForever,
  // The right file and then a quarter of a mebibyte of zeros, which is a quarter of a kibibyte here.
  'a gzip bomb': (response, good) =>
    response.end(gzipSync(Buffer.concat([gunzipSync(good), Buffer.alloc(2 ** 18)]))),
  'a gzip bomb whose header admits it': (response) => response.end(vectorOf(2 ** 18)),
  'a redirect to itself': (response, _, name) =>
    response.writeHead(302, { location: `/set/${name}.gz` }).end(),
  'something that is not HTTP': (response) => response.socket?.end('220 mail ready\r\n\r\n'),
};

const breakAfter =
  (bytes: number, headers: Readonly<Record<string, string>>): Answer =>
  (response, good) => {
    response.writeHead(200, { 'content-length': good.length, ...headers });
    response.write(good.subarray(0, bytes), () => destroySoon(response));
  };

/** A browser throws away what it has not handed to the page when the connection breaks. */
function destroySoon(response: ServerResponse): void {
  setTimeout(() => response.destroy(), 400);
}

/** More bytes come out of it than were announced, and then it breaks off. */
const breakEncoded: Answer = (response) => {
  const packed = gzipSync(Buffer.alloc(600));
  response.writeHead(200, {
    'content-encoding': 'gzip',
    'content-length': packed.length,
    'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
  });
  response.write(packed.subarray(0, -1), () => destroySoon(response));
};

const sendRest: Answer = (response, good) => {
  const from = Number(/^bytes=(\d+)-$/.exec(response.req.headers.range ?? '')?.[1]);
  const range = `bytes ${from}-${good.length - 1}/${good.length}`;
  response.writeHead(206, { 'content-range': range, etag: '"one"' }).end(good.subarray(from));
};

/** Waits until that many have asked. */
function toManyAtOnce(many: number): Answer {
  const waiting: (() => void)[] = [];
  return (...request) => {
    waiting.push(() => sendGood(...request));
    if (waiting.length >= many) for (const answer of waiting.splice(0)) answer();
  };
}

const OTHERS = {
  good: sendGood,
  'good, to five at once': toManyAtOnce(5),
  silent,
  'stall after the headers': stallAfterHeaders,
  'stall in the middle': stallInTheMiddle,
  drip,
  'break off': breakAfter(30, { etag: '"one"' }),
  // What a page of another origin may see too.
  'break off, dated': breakAfter(30, { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
  'break off, encoded': breakEncoded,
  'send the rest': sendRest,
  'ask again at once': (response) => response.writeHead(429, { 'retry-after': '0' }).end(),
  'ask again in 50 s': (response) => response.writeHead(503, { 'retry-after': '50' }).end(),
  'send it encoded': (response, good) =>
    response
      .writeHead(200, { 'content-encoding': 'gzip', 'content-length': good.length })
      .end(good),
  'redirect to a file of the same mirror': (response, good, name) =>
    response.req.url?.endsWith('?2')
      ? sendGood(response, good, name)
      : response.writeHead(302, { location: `/set/${name}.gz?2` }).end(),
} satisfies Record<string, Answer>;

export type AnswerName = Fault | keyof typeof OTHERS;

export function answerOf(name: AnswerName): Answer {
  return name in OTHERS ? OTHERS[name as keyof typeof OTHERS] : FAULTS[name as Fault];
}
