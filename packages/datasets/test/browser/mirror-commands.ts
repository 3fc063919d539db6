import { type AnswerName, answerOf } from '../mirror-answers.js';
import { type LocalMirror, startMirror } from '../mirror-server.js';
import { openOnPlainHttp } from './plain-http-command.js';

/** What a mirror for a page does. It is said in words, since the page cannot hand functions to a server. */
export interface MirrorScript {
  /** The gzipped files, in base64, by their names without `.gz`. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the requests for `only`, or for all files, in order; the last one answers all further ones. Default: good. */
  readonly answers?: readonly AnswerName[];
  readonly only?: string;
  /** `open` (default): pages may send and read all headers. `blind`: send. `usual`: neither, but read the body. `none`: nothing. */
  readonly cors?: 'open' | 'blind' | 'usual' | 'none';
}

/** A request as the mirror saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

interface Scripted {
  readonly mirror: LocalMirror;
  readonly seen: SeenRequest[];
}

const CORS = {
  open: {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'content-range, etag, retry-after',
  },
  blind: { 'access-control-allow-origin': '*' },
  usual: { 'access-control-allow-origin': '*' },
  none: {},
};
const LEAVE = { 'access-control-allow-headers': 'range, if-range' };

const scripted = new Map<string, Scripted>();

/** Starts a mirror and gives its address. */
async function openMirror(_: unknown, script: MirrorScript): Promise<string> {
  const { answers = ['good'], only, cors = 'open' } = script;
  const seen: SeenRequest[] = [];
  let turn = 0;
  const mirror = await startMirror({
    files: new Map(
      Object.entries(script.files).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    ),
    // A browser that asks its own cache is caught by the tests that count requests.
    headers: { ...CORS[cors], 'cache-control': 'max-age=600' },
    preflight: cors === 'open' || cors === 'blind' ? LEAVE : {},
    answer: (response, good, name) => {
      const { range, 'if-range': ifRange } = response.req.headers;
      seen.push({ path: response.req.url ?? '', range, ifRange: ifRange as string | undefined });
      if (only !== undefined && name !== only) return answerOf('good')(response, good, name);
      const answer = answers[Math.min(turn, answers.length - 1)] as AnswerName;
      turn += 1;
      answerOf(answer)(response, good, name);
    },
  });
  scripted.set(mirror.url, { mirror, seen });
  return mirror.url;
}

function mirrorRequests(_: unknown, url: string): SeenRequest[] {
  return scripted.get(url)?.seen ?? [];
}

function openAnswers(_: unknown, url: string): number {
  return scripted.get(url)?.mirror.openAnswers() ?? 0;
}

async function closeMirror(_: unknown, url: string): Promise<void> {
  await scripted.get(url)?.mirror.close();
  scripted.delete(url);
}

/** What tests in a page may ask of the process that runs them. */
export const mirrorCommands = {
  openMirror,
  mirrorRequests,
  openAnswers,
  closeMirror,
  openOnPlainHttp,
};

type WithoutContext<Command> = Command extends (context: never, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Promise<Awaited<Result>>
  : never;

export type MirrorCommands = {
  [Name in keyof typeof mirrorCommands]: WithoutContext<(typeof mirrorCommands)[Name]>;
};
