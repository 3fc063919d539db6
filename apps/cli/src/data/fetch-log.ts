import type { FetchEvent, FetchProgress } from '@softreg/datasets/node';
import { megabytes } from '../format.js';
import { type Io, printLine } from '../io.js';
import { bar, createStatusLine } from '../status-line.js';

/**
 * Tells on stderr what a download does: which file comes from where, what goes wrong on the way, and on a terminal how far it is.
 *
 * @param work is given the function to call with each event
 */
export async function withFetchLog<T>(
  { quiet }: { readonly quiet?: boolean },
  { stderr }: Io,
  work: (onEvent: (event: FetchEvent) => void) => Promise<T>,
): Promise<T> {
  if (quiet) return work(() => undefined);
  const status = stderr.isTTY ? createStatusLine(stderr) : undefined;
  let rate = rateOf(0);
  const tell = (event: FetchEvent) => {
    const line = lineOf(event);
    if (line !== undefined) {
      status?.clear();
      printLine(stderr, line);
    }
    if (event.phase === 'connect') rate = rateOf(event.loaded);
    if ('loaded' in event) status?.draw(() => progressOf(event, rate));
  };
  try {
    return await work(tell);
  } finally {
    await status?.close();
  }
}

/** What is said anywhere; undefined for an event that is progress alone. */
function lineOf(event: FetchEvent): string | undefined {
  switch (event.phase) {
    case 'connect':
      return event.attempt === 1
        ? `fetching ${event.file} from ${hostOf(event.mirror)}`
        : undefined;
    case 'retry': {
      const seconds = (event.waitMs / 1000).toFixed(1);
      const what = `${event.file}: ${hostOf(event.mirror)} ${event.reason}`;
      return `${what}; asking again in ${seconds} s`;
    }
    case 'damaged':
      return `DAMAGED: ${event.path}: ${event.reason}; a good copy is fetched in its place`;
    default:
      return undefined;
  }
}

export function hostOf(mirror: string): string {
  return new URL(mirror).host;
}

type Rate = (loaded: number) => number | undefined;

/** Bytes a second since now; undefined until there is something to tell. */
function rateOf(before: number): Rate {
  const start = performance.now();
  return (loaded) => {
    const seconds = (performance.now() - start) / 1000;
    return seconds > 0.2 && loaded > before ? (loaded - before) / seconds : undefined;
  };
}

function progressOf({ file, phase, loaded, total }: FetchProgress, rate: Rate): string {
  if (phase === 'verify' || phase === 'save') return `${file}  checking ${megabytes(loaded)}`;
  const speed = rate(loaded);
  const parts = [
    file,
    ...(total ? [bar(Math.min(1, loaded / total))] : []),
    total ? `${megabytes(loaded)} of ${megabytes(total)}` : megabytes(loaded),
    ...(speed === undefined ? [] : [`${megabytes(speed)}/s`]),
  ];
  return parts.join('  ');
}
