import { effect } from '@preact/signals';
import { type BackendReport, fastestOf } from '@softreg/backend';
import type { PackedState, RunSettings } from '@softreg/trainer';
import { probe } from '../backends/probe.js';
import { fetchModel } from '../keep/fetch-model.js';
import { wholeRunSettings } from '../keep/kept-settings.js';
import type { PageSettings } from '../settings/page-settings.js';
import { settingsFromUrl, settingsToUrl } from '../settings/settings-in-url.js';
import { keepLastGood, openSession, session } from './open-session.js';
import { isKept, isOpened } from './shown.js';
import { wasmFolder } from './site-folders.js';
import { report, reports, type Shown, settings, shown, snapshot, urlProblems } from './store.js';

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

/** To the start, with the settings as they are. */
export async function resetRun(): Promise<void> {
  // Should the worker be lost meanwhile, the run begins anew all the same.
  keepLastGood(undefined);
  await session().reset(wholeRunSettings(settings.value));
  keepLastGood(undefined);
}

/** Puts a run that was begun elsewhere in the place of this one. @throws TrainingError; this one goes on then */
export async function goOnFrom(run: RunSettings, state: PackedState): Promise<void> {
  await session().reset(run, state);
  keepLastGood(state);
}
