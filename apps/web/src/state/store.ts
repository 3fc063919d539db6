import { batch, computed, effect, signal } from '@preact/signals';
import { type BackendReport, fastestOf, type Parameters } from '@softreg/backend';
import type { TrainingState } from '@softreg/trainer';
import { probe } from '../backends/probe.js';
import { CurveHistory, type Curves, NO_CURVES } from '../curves/curve-history.js';
import { fetchModel } from '../keep/fetch-model.js';
import { proxied, type SessionClient, startSession } from '../session/client.js';
import type {
  DataSource,
  Inspection,
  SessionStart,
  Snapshot,
  SnapshotUpdate,
} from '../session/protocol.js';
import { DEFAULTS, type PageSettings, runSettingsOf } from '../settings/page-settings.js';
import { settingsFromUrl, settingsToUrl, type UrlProblem } from '../settings/settings-in-url.js';

/** What the page shows, and what can be done to it. */
export const settings = signal<PageSettings>(DEFAULTS);
export const urlProblems = signal<readonly UrlProblem[]>([]);
export const snapshot = signal<Snapshot | undefined>(undefined);
/** What went wrong last, in words for a person. */
export const problem = signal<string | undefined>(undefined);

/** Whether there is a session to ask. */
export const isOpen = computed(() => snapshot.value !== undefined);
export const isPlaying = computed(() => snapshot.value?.phase === 'playing');

/** What the page tells of by itself, newest first: for a person to read, not an error. */
export const notice = signal<Notice | undefined>(undefined);

/** The points of the run so far. */
export const curves = signal<Curves>(NO_CURVES);

/** What the newest parameters make of the test images. */
export const newestInspection = signal<Inspection | undefined>(undefined);

/** The parameters that the page shows and reads drawings with; undefined until a session is open. */
export const shown = signal<Shown | undefined>(undefined);

export interface Shown {
  readonly parameters: Parameters;
  /** A place of the run, or `now`, which follows it; `pretrained` gives way to `now` once the run has begun. */
  readonly epoch: number | 'now' | 'pretrained';
}

/** What can compute in this browser, once it is measured. */
export const reports = signal<readonly BackendReport[] | undefined>(undefined);

export type Notice =
  | {
      readonly kind: 'backend-lost';
      readonly lost: string;
      readonly next: string;
      readonly reason: string;
    }
  | { readonly kind: 'worker-replaced'; readonly reason: string };

const curveHistory = new CurveHistory();
let client: SessionClient | undefined;
let opened: DataSource = { kind: 'digits' };
let lastGood: TrainingState | undefined;

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
  await Promise.all([openSession({ kind }), showPretrained().catch(report)]);
  if (settings.value.backend === 'auto') await changeBackend('auto');
}

/** What the link asks for; digits, with a word on it, where this site has no MNIST. */
function linkedData(): PageSettings['data'] {
  const { data } = settings.value;
  if (data !== 'mnist' || import.meta.env.VITE_HAS_MNIST) return data;
  settings.value = { ...settings.value, data: 'digits' };
  urlProblems.value = [...urlProblems.value, { name: 'data', found: data, expected: ['digits'] }];
  return 'digits';
}

/** Until a run has begun drawings are read by a model that comes with the site. */
async function showPretrained(): Promise<void> {
  const { parameters } = await fetchModel('model/mnist.safetensors');
  const now = snapshot.value;
  const next: Shown = { parameters, epoch: 'pretrained' };
  if (now === undefined || isKept(next, now)) shown.value = next;
}

/**
 * In the place of the session before it, which goes on until the new one is open, and for good if it cannot be opened.
 *
 * @param state where a run goes on from; left away for a new one
 */
export async function openSession(source: DataSource, state?: TrainingState): Promise<void> {
  const early: SnapshotUpdate[] = [];
  let fail: (reason: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const next: SessionClient = startSession((reason) => {
    if (client === next) replaceWorker(reason).catch(report);
    else fail(new Error(reason));
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
    },
    failed: report,
  });
  try {
    await Promise.race([next.session.open({ source, state, ...startOf() }, events), failed]);
  } catch (error) {
    next.close();
    throw error;
  }
  client?.close();
  client = next;
  opened = source;
  lastGood = state;
  batch(() => {
    newestInspection.value = undefined;
    if (typeof shown.value?.epoch === 'number') shown.value = undefined;
    for (const update of early) takeSnapshot(update);
  });
}

/** What a session begins with, whatever its data. */
function startOf(): Omit<SessionStart, 'source' | 'state'> {
  const { backend } = settings.value;
  return {
    settings: runSettingsOf(settings.value),
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
  if (now.epoch !== 'pretrained') return phase !== 'ready' && now.epoch <= iterations / minibatches;
  const { features, classes } = now.parameters;
  return iterations === 0 && features === parameters.features && classes === parameters.classes;
}

/** A worker that failed or hangs: another one goes on from the last state that was saved, and plays if it did. */
async function replaceWorker(reason: string): Promise<void> {
  const wasPlaying = isPlaying.value;
  await openSession(opened, lastGood);
  notice.value = { kind: 'worker-replaced', reason };
  if (wasPlaying) await session().play();
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
  if (isWhileRunning) await session().change(runSettingsOf(settings.value));
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
  return new URL('wasm/', document.baseURI).href;
}

/** To the start, with the settings as they are. */
export async function resetRun(): Promise<void> {
  await session().reset(runSettingsOf(settings.value));
  lastGood = undefined;
}

export function report(error: unknown): void {
  problem.value = error instanceof Error ? error.message : String(error);
}
