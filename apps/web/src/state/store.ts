import { batch, computed, effect, signal } from '@preact/signals';
import { type BackendReport, fastestOf, type Parameters } from '@softreg/backend';
import type { SoftmaxRegression } from '@softreg/model';
import {
  type PackedState,
  packState,
  type RunSettings,
  type TrainingState,
  unpackState,
} from '@softreg/trainer';
import { probe } from '../backends/probe.js';
import { CurveHistory, type Curves, NO_CURVES } from '../curves/curve-history.js';
import { fetchModel } from '../keep/fetch-model.js';
import { wholeRunSettings } from '../keep/kept-settings.js';
import { type Problem, problemOf } from '../problems/problem.js';
import { proxied, type SessionClient, SessionClosed, startSession } from '../session/client.js';
import type {
  DataSource,
  Inspection,
  SessionStart,
  Snapshot,
  SnapshotUpdate,
} from '../session/protocol.js';
import { DEFAULTS, type PageSettings } from '../settings/page-settings.js';
import { settingsFromUrl, settingsToUrl, type UrlProblem } from '../settings/settings-in-url.js';
import { isCancelled, noteMinibatch, noteShare, wantedMinibatch, whileOpening } from './opening.js';

/** What the page shows, and what can be done to it. */
export const settings = signal<PageSettings>(DEFAULTS);
export const urlProblems = signal<readonly UrlProblem[]>([]);
export const snapshot = signal<Snapshot | undefined>(undefined);
/** What went wrong last. */
export const problem = signal<Problem | undefined>(undefined);

/** Whether there is a session to ask. */
export const isOpen = computed(() => snapshot.value !== undefined);
export const isPlaying = computed(() => snapshot.value?.phase === 'playing');

/** What the page tells of by itself, newest first: for a person to read, not an error. */
export const notice = signal<Notice | undefined>(undefined);

/** The data of the session; another object whenever it is opened anew, but not where a worker is replaced. */
export const openedData = signal<DataSource>({ kind: 'digits' });

/** The points of the run so far. */
export const curves = signal<Curves>(NO_CURVES);

/** What the newest parameters make of the test images. */
export const newestInspection = signal<Inspection | undefined>(undefined);

/** The parameters that the page shows and reads drawings with; undefined until a session is open. */
export const shown = signal<Shown | undefined>(undefined);

export interface Shown {
  readonly parameters: Parameters;
  /** A place of the run, or `now`, which follows it; `pretrained` gives way to `now` once the run has begun. */
  readonly epoch: number | 'now' | 'pretrained' | OpenedFrom;
  /** What its file said of how the model came to be. */
  readonly receipt?: SoftmaxRegression['receipt'];
  /** Of its file. */
  readonly name?: string;
}

/** Where a model that a user opened is from. */
export type OpenedFrom = 'uploaded' | 'linked';

/** What can compute in this browser, once it is measured. */
export const reports = signal<readonly BackendReport[] | undefined>(undefined);

export type Notice =
  | {
      readonly kind: 'backend-lost';
      readonly lost: string;
      readonly next: string;
      readonly reason: string;
    }
  | { readonly kind: 'worker-replaced' | 'worker-failed'; readonly reason: string };

const curveHistory = new CurveHistory();
let client: SessionClient | undefined;
let lastGood: PackedState | undefined;
/** Sessions are opened one after the other. */
let lastOpening: Promise<unknown> = Promise.resolve();

/** Takes the settings of the link that the page was opened with, and opens a session. */
export async function start(): Promise<void> {
  const read = settingsFromUrl(location.hash);
  settings.value = read.settings;
  urlProblems.value = read.problems;
  effect(() => {
    const fragment = settingsToUrl(settings.value, location.hash);
    const { pathname, search } = location;
    history.replaceState(undefined, '', fragment === '' ? pathname + search : `#${fragment}`);
  });
  const kind = linkedData();
  await Promise.all([openFirstData(kind), showPretrained().catch(report)]);
  if (settings.value.backend === 'auto') await changeBackend('auto');
}

/** What the link asks for; digits, with a word on it, where this site has no MNIST. */
function linkedData(): PageSettings['data'] {
  const { data } = settings.value;
  if (data !== 'mnist' || import.meta.env.VITE_MNIST_BYTES !== undefined) return data;
  settings.value = { ...settings.value, data: 'digits' };
  urlProblems.value = [...urlProblems.value, { name: 'data', found: data, expected: ['digits'] }];
  return 'digits';
}

/** Digits, where what the link asks for cannot be had. */
async function openFirstData(kind: PageSettings['data']): Promise<void> {
  try {
    await openSession({ kind });
  } catch (error) {
    if (kind === 'digits') throw error;
    report(error);
    settings.value = { ...settings.value, data: 'digits' };
    await openSession({ kind: 'digits' });
  }
}

/** Until a run has begun drawings are read by a model that comes with the site. */
async function showPretrained(): Promise<void> {
  const { parameters, receipt } = await fetchModel('model/mnist.safetensors');
  const now = snapshot.value;
  const next: Shown = { parameters, receipt, epoch: 'pretrained' };
  if (isOpened(shown.value)) return;
  if (now === undefined || isKept(next, now)) shown.value = next;
}

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
    mnistFolder: new URL('data/mnist/', document.baseURI).href,
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

/** Whether what is shown stays, whatever the run does. */
function isKept(
  now: Shown | undefined,
  { phase, iterations, parameters, minibatches }: Snapshot,
): boolean {
  if (now === undefined || now.epoch === 'now') return now?.parameters === parameters;
  const { epoch } = now;
  if (typeof epoch === 'number') return phase !== 'ready' && epoch <= iterations / minibatches;
  const { features, classes } = now.parameters;
  const fits = features === parameters.features && classes === parameters.classes;
  return fits && (isOpened(now) || iterations === 0);
}

/** Whether it is a model that a user opened. */
function isOpened(now: Shown | undefined): boolean {
  return now?.epoch === 'uploaded' || now?.epoch === 'linked';
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

/** Settings that a run may change under way; the others begin it anew. */
const WHILE_RUNNING: ReadonlySet<string> = new Set(['learningRate', 'l2', 'patience']);

export async function changeSettings(changes: Partial<PageSettings>): Promise<void> {
  settings.value = { ...settings.value, ...changes };
  const isWhileRunning = Object.keys(changes).every((name) => WHILE_RUNNING.has(name));
  if (isWhileRunning) await session().change(wholeRunSettings(settings.value));
  else await resetRun();
}

/** The run goes on there. @throws BackendError if it cannot be used; the one in use stays */
export async function changeBackend(backend: PageSettings['backend']): Promise<void> {
  const named = backend === 'auto' ? fastestOf(await measured()) : backend;
  const isInUse = named === snapshot.value?.engine.backend;
  if (named !== undefined && !isInUse) await session().useBackend(named);
  settings.value = { ...settings.value, backend };
}

let measuring: Promise<readonly BackendReport[]> | undefined;

/** Measures the backends, once. */
export async function measured(): Promise<readonly BackendReport[]> {
  measuring ??= probe(wasmFolder()).catch((error: unknown) => {
    // To be tried again.
    measuring = undefined;
    throw error;
  });
  reports.value = await measuring;
  return reports.value;
}

/** Where the site has TensorFlow.js's .wasm files. */
function wasmFolder(): string {
  return new URL(import.meta.env.VITE_WASM_FOLDER, document.baseURI).href;
}

/** To the start, with the settings as they are. */
export async function resetRun(): Promise<void> {
  // Should the worker be lost meanwhile, the run begins anew all the same.
  lastGood = undefined;
  await session().reset(wholeRunSettings(settings.value));
  lastGood = undefined;
}

/** Puts a run that was begun elsewhere in the place of this one. @throws TrainingError; this one goes on then */
export async function goOnFrom(run: RunSettings, state: PackedState): Promise<void> {
  await session().reset(run, state);
  lastGood = state;
}

export function report(error: unknown): void {
  // A notice tells what became of the session.
  if (error instanceof SessionClosed || isCancelled(error)) return;
  problem.value = problemOf(error);
}
