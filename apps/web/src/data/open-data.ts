import { openKept } from '../keep/open-kept.js';
import type { DataSource } from '../session/protocol.js';
import { openSession } from '../state/open-session.js';
import { problem, report, settings } from '../state/store.js';

/** In the place of the data in use, if it can be opened. What went wrong is shown. */
export async function openData(source: DataSource): Promise<void> {
  problem.value = undefined;
  try {
    await openSession(source);
    if (source.kind !== 'files') settings.value = { ...settings.value, data: source.kind };
  } catch (error) {
    report(error);
  }
}

/** Files that a user dropped or picked: models and checkpoints too. */
export async function openFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0 || (await openKept(files))) return;
  await openData({ kind: 'files', files });
}
