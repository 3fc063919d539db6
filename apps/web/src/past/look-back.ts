import { batch, computed, effect, signal } from '@preact/signals';
import type { Inspection } from '../session/protocol.js';
import { session } from '../state/open-session.js';
import { isOpen, newestInspection, report, shown, snapshot } from '../state/store.js';

/** Of parameters that are not the newest. */
const other = signal<Inspection | undefined>(undefined);

/** What the shown parameters make of the test images; undefined until that is known. */
export const inspection = computed(() =>
  shown.value?.epoch === 'now' ? newestInspection.value : other.value,
);

/** Where the slider was put that the answer of the worker is awaited for. */
export const wanted = signal<number | undefined>(undefined);

/** Shows the place of the run nearest to this one, in epochs, that was kept. Of many calls in a row only the last one counts. */
export async function lookBackTo(at: number): Promise<void> {
  const isUnderWay = wanted.value !== undefined;
  wanted.value = at;
  if (isUnderWay) return;
  try {
    while (wanted.value !== undefined) await showNearest(wanted.value);
  } finally {
    wanted.value = undefined;
  }
}

/** Follows the training again. */
export function lookAtNow(): void {
  const parameters = snapshot.value?.parameters;
  wanted.value = undefined;
  if (parameters !== undefined) shown.value = { parameters, epoch: 'now' };
}

async function showNearest(at: number): Promise<void> {
  const past = await session().lookBack(at);
  if (wanted.value !== at) return;
  batch(() => {
    wanted.value = undefined;
    other.value = past.inspection;
    shown.value = { parameters: past.parameters, epoch: past.at };
  });
}

/** False while other data take the place of these. */
const isInspected = computed(() => newestInspection.value !== undefined);

effect(() => {
  const now = shown.value;
  if (!isOpen.value || !isInspected.value || now === undefined) return;
  if (now.epoch === 'now' || typeof now.epoch === 'number') return;
  other.value = undefined;
  session()
    .inspect(now.parameters)
    .then((found) => {
      if (shown.peek() === now) other.value = found;
    }, report);
});
