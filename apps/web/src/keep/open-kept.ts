import { PIXEL_SCALE } from '../settings/page-settings.js';
import { isOpen, report, shown } from '../state/store.js';
import { hasEnding, MAX_FILE_BYTES, OPENED_ENDINGS } from './formats.js';
import { KeepError } from './keep-error.js';
import { keptStatus } from './kept-status.js';
import { texts } from './messages.js';
import type { Decoded, NamedBytes } from './model-files.js';
import { resumeRun } from './resume-run.js';
import { showOpened } from './show-opened.js';

/**
 * Opens a model or a checkpoint that a user dropped or picked: a model is shown, a run goes on from its checkpoint. What is wrong is told on the
 * page, and all is as before then.
 *
 * @returns false, at once, where no file's name looks like one of either: they are left to others
 */
export async function openKept(files: readonly File[]): Promise<boolean> {
  if (!files.some(({ name }) => hasEnding(name, ...OPENED_ENDINGS))) return false;
  keptStatus.value = () => texts().opening(namesOf(files));
  try {
    await open(files);
  } catch (error) {
    keptStatus.value = undefined;
    report(error);
  }
  return true;
}

async function open(files: readonly File[]): Promise<void> {
  const decoded = await decode(files);
  await untilOpen();
  const name = files[0]?.name ?? '';
  if (decoded.kind === 'checkpoint') return resumeRun(decoded.checkpoint, name);
  const { model } = decoded;
  showOpened(model, name, 'uploaded');
  const isShown = shown.value;
  keptStatus.value = () => {
    const text = texts();
    if (shown.value !== isShown) return '';
    const showing = text.showing(name);
    if (model.pixelScale === PIXEL_SCALE) return showing;
    return `${showing} ${text.rescaled(String(model.pixelScale))}`;
  };
}

/** Files may be dropped before there is a session. */
function untilOpen(): Promise<void> {
  return new Promise((resolve) => {
    const stop = isOpen.subscribe((open) => {
      if (!open) return;
      resolve();
      // Where it is open already there is no `stop` yet.
      queueMicrotask(() => stop());
    });
  });
}

async function decode(files: readonly File[]): Promise<Decoded> {
  const description = files.find(({ name }) => hasEnding(name, '.json'));
  const weights = files.find(({ name }) => hasEnding(name, '.bin'));
  const half = description ?? weights;
  const wanted = half === undefined ? 1 : 2;
  if (files.length > wanted) throw new KeepError(texts().tooMany(namesOf(files)));
  if (half !== undefined && (description === undefined || weights === undefined)) {
    throw new KeepError(texts()[files.length === 1 ? 'onlyHalf' : 'tooMany'](namesOf(files)));
  }
  const { decodeFile, decodeTfjsFiles } = await import('./model-files.js');
  if (description !== undefined && weights !== undefined) {
    return decodeTfjsFiles(await read(description), await read(weights));
  }
  return decodeFile(await read(files[0] as File));
}

async function read(file: File): Promise<NamedBytes> {
  const { name, size } = file;
  if (size > MAX_FILE_BYTES) {
    const megabytes = (bytes: number) => Math.ceil(bytes / 2 ** 20).toString();
    throw new KeepError(texts().tooLarge(name, megabytes(MAX_FILE_BYTES), megabytes(size)));
  }
  const bytes = await file.arrayBuffer().catch(() => {
    // A dropped folder looks like a file until it is read.
    throw new KeepError(texts().unreadable(name));
  });
  return { name, bytes: new Uint8Array(bytes) };
}

function namesOf(files: readonly File[]): string {
  return files.map(({ name }) => name).join(', ');
}
