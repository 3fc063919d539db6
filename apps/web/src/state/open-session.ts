import { batch } from '@preact/signals';
import { type PackedState, packState, type TrainingState, unpackState } from '@softreg/trainer';
import { CurveHistory } from '../curves/curve-history.js';
import { wholeRunSettings } from '../keep/kept-settings.js';
import { proxied, type SessionClient, SessionClosed, startSession } from '../session/client.js';
import type { DataSource, SessionStart, SnapshotUpdate } from '../session/protocol.js';
import { noteMinibatch, noteShare, wantedMinibatch, whileOpening } from './opening.js';
import { isKept } from './shown.js';
import { mnistFolder, wasmFolder } from './site-folders.js';
import {
  curves,
  isPlaying,
  newestInspection,
  notice,
  openedData,
  problem,
  report,
  settings,
  shown,
  snapshot,
} from './store.js';

const curveHistory = new CurveHistory();
let client: SessionClient | undefined;
let lastGood: PackedState | undefined;
/** Sessions are opened one after the other. */
let lastOpening: Promise<unknown> = Promise.resolve();

/**
 * In the place of the session before it, which goes on until the new one is open, and for good if it cannot be opened.
 *
 * @param state where a run goes on from; left away for a new one
 */
export function openSession(source: DataSource, state?: TrainingState): Promise<void> {
  return inTurn(() => whileOpening(source.kind, (signal) => openTwice(source, state, signal)));
}

function inTurn(open: () => Promise<void>): Promise<void> {
  const opening = lastOpening.then(open);
  lastOpening = opening.catch(() => undefined);
  return opening;
}

/** A worker that dies before its session is open has a second chance. */
async function openTwice(
  source: DataSource,
  state?: TrainingState,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await openOnce(source, state, signal);
  } catch (error) {
    if (!(error instanceof SessionClosed)) throw error;
    await openOnce(source, state, signal).catch((again: unknown) => {
      if (again instanceof SessionClosed) {
        notice.value = { kind: 'worker-failed', reason: again.message };
      }
      throw again;
    });
  }
}

async function openOnce(
  source: DataSource,
  state?: TrainingState,
  signal?: AbortSignal,
): Promise<void> {
  const early: SnapshotUpdate[] = [];
  const next: SessionClient = startSession((reason) => {
    if (client === next) replaceWorker(next, reason).catch(report);
  });
  const events = proxied({
    snapshot(update) {
      if (client === next) takeSnapshot(update);
      else early.push(update);
    },
    inspected(inspection) {
      if (client === next) newestInspection.value = inspection;
    },
    saved(saved) {
      if (client === next) lastGood = saved;
    },
    lost(lost, reason, { backend }) {
      notice.value = { kind: 'backend-lost', lost, next: backend, reason };
      settings.value = { ...settings.value, backend };
    },
    failed(found) {
      problem.value = found;
    },
    opening: noteShare,
  });
  signal?.addEventListener('abort', next.close);
  const asked = startOf();
  try {
    await next.session.open({ source, state, ...asked }, events);
    signal?.throwIfAborted();
  } catch (error) {
    next.close();
    signal?.throwIfAborted();
    throw error;
  }
  signal?.removeEventListener('abort', next.close);
  client?.close();
  client = next;
  lastGood = state && packState(state);
  batch(() => {
    openedData.value = source;
    newestInspection.value = undefined;
    if (typeof shown.value?.epoch === 'number') shown.value = undefined;
    for (const update of early) takeSnapshot(update);
    takeMinibatch(asked.settings.batchSize);
  });
}

/** Data of few images has smaller minibatches than were asked for. */
function takeMinibatch(asked: number): void {
  const batchSize = snapshot.value?.settings.batchSize ?? asked;
  noteMinibatch(asked, batchSize);
  if (batchSize !== settings.value.batchSize) settings.value = { ...settings.value, batchSize };
}

/** What a session begins with, whatever its data. */
function startOf(): Omit<SessionStart, 'source' | 'state'> {
  const { backend, batchSize } = settings.value;
  return {
    settings: {
      ...wholeRunSettings(settings.value),
      batchSize: wantedMinibatch(batchSize),
    },
    // What `auto` takes is measured while the run may go on already.
    backends: backend === 'auto' ? [] : [backend],
    wasmFiles: wasmFolder(),
    mnistFolder: mnistFolder(),
  };
}

function takeSnapshot({ curves: news, parameters: newest, ...rest }: SnapshotUpdate): void {
  const parameters = newest ?? snapshot.value?.parameters;
  if (parameters === undefined) throw new Error('the first snapshot has no parameters');
  batch(() => {
    curves.value = curveHistory.take(news);
    const next = { ...rest, parameters };
    snapshot.value = next;
    if (!isKept(shown.value, next)) shown.value = { parameters, epoch: 'now' };
  });
}

/** A worker that failed or hangs: another one goes on from the last state that was saved, and plays if it did. */
async function replaceWorker(dead: SessionClient, reason: string): Promise<void> {
  const wasPlaying = isPlaying.value;
  await inTurn(async () => {
    // Other data may have taken its place.
    if (client !== dead) return;
    await openTwice(openedData.value, lastGood && unpackState(lastGood));
    notice.value = { kind: 'worker-replaced', reason };
    if (wasPlaying) await session().play();
  });
}

/** The session of the page: it is there once `start` has begun. */
export function session(): SessionClient['session'] {
  if (client === undefined) throw new Error('the session is not open yet');
  return client.session;
}

/** @param state where another worker would go on from should this one be lost; undefined for the start */
export function keepLastGood(state: PackedState | undefined): void {
  lastGood = state;
}
