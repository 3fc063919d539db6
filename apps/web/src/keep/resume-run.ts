import type { Checkpoint } from '@softreg/serialization';
import { type RunSettings, unpackState } from '@softreg/trainer';
import { lookAtNow } from '../past/look-back.js';
import { PAGE_BACKENDS, type PageSettings, PIXEL_SCALE } from '../settings/page-settings.js';
import { changeBackend, goOnFrom } from '../state/actions.js';
import { session } from '../state/open-session.js';
import { noteMinibatch } from '../state/opening.js';
import { report, settings, snapshot } from '../state/store.js';
import { KeepError } from './keep-error.js';
import { keptRun } from './kept-run.js';
import { keptSettings, splitSettings } from './kept-settings.js';
import { keptStatus } from './kept-status.js';
import { texts } from './messages.js';
import { differingPart, parseRunConfig, type RunConfig } from './run-config.js';

/** Digits of a checksum that tell two apart for a person. */
const FEW = 12;

/** Goes on with the run of a checkpoint, paused. @throws KeepError, TrainingError; the run of the page goes on then */
export async function resumeRun(checkpoint: Checkpoint, name: string): Promise<void> {
  const config = parseRunConfig(checkpoint.config);
  if (config === undefined) throw new KeepError(texts().notARun(name));
  await checkConfig(config, name);
  const { arrays, values } = checkpoint;
  await goOnFrom(config.settings, { arrays, values });
  const { form, others } = splitSettings(config.settings);
  keptSettings.value = others;
  keptRun.value = config;
  settings.value = { ...settings.value, ...form };
  noteMinibatch(form.batchSize, form.batchSize);
  lookAtNow();
  await takeBackend(config.backend);
  const { iterations } = unpackState(checkpoint);
  const epochs = iterations / minibatchesOf(config.settings);
  keptStatus.value = () => statusOf(name, config, epochs);
}

/** In an epoch. */
function minibatchesOf({ batchSize }: RunSettings): number {
  const count = snapshot.value?.data.counts.train ?? batchSize;
  return Math.floor(count / batchSize);
}

async function checkConfig(config: RunConfig, name: string): Promise<void> {
  const text = texts();
  const { pixelScale, stream, sha256, dataset } = config;
  if (stream) throw new KeepError(text.streamed(name));
  if (pixelScale !== PIXEL_SCALE) throw new KeepError(text.otherScale(name, String(pixelScale)));
  const found = await session().dataHashes();
  const part = differingPart(sha256, found);
  if (part === undefined) return;
  const few = (hash: unknown) => String(hash).slice(0, FEW);
  throw new KeepError(
    text.otherData(name, text.parts[part], dataset, few(sha256[part]), few(found[part])),
  );
}

/** The one that the run was computed with, where a page has it: only then it is repeated to the bit. */
async function takeBackend(wanted: string): Promise<void> {
  const backend = PAGE_BACKENDS.find((known) => known === wanted);
  if (backend === undefined) return;
  await changeBackend(backend satisfies PageSettings['backend']).catch(report);
}

function statusOf(name: string, { backend }: RunConfig, epochs: number): string {
  const text = texts();
  const resumed = text.resumed(name, epochs.toFixed(2));
  const engine = snapshot.value?.engine;
  if (engine === undefined || engine.backend === backend) return resumed;
  return `${resumed} ${text.otherBackend(backend, engine.backend)}`;
}
