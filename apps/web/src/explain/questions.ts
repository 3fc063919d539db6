import { computed, signal } from '@preact/signals';
import { type Contributions, pixelContributions, smallestChange } from '@softreg/model';
import { pixels } from '../draw/drawing.js';
import { reading } from '../draw/reading.js';
import { shownModel } from '../draw/shown-model.js';

/** The class whose score is taken apart; left away for the one that was read. */
export const chosenClass = signal<number | undefined>(undefined);
/** What it is compared with. */
export const comparedWith = signal<number | 'nothing' | 'runner-up'>('nothing');
/** What the drawing is to be read as. */
export const wantedClass = signal<number | 'runner-up'>('runner-up');

/** Of the run before: another data set may have fewer classes. */
function within(index: number): number | undefined {
  const count = reading.value?.scores.length ?? 0;
  return index < count ? index : undefined;
}

export const explained = computed(() => {
  const read = reading.value;
  if (read === undefined) return undefined;
  const chosen = chosenClass.value;
  return (chosen === undefined ? undefined : within(chosen)) ?? read.label;
});

/** The class of the next largest score after that of another one. */
function runnerUpOf(label: number | undefined): number | undefined {
  const scores = reading.value?.scores;
  if (scores === undefined) return undefined;
  const others = [...scores.keys()].filter((index) => index !== label);
  return others.toSorted((a, b) => (scores[b] as number) - (scores[a] as number))[0];
}

/** The best of the others than the one that is explained. */
export const rival = computed(() => runnerUpOf(explained.value));
/** The best of the others than the one that was read. */
export const runnerUp = computed(() => runnerUpOf(reading.value?.label));

export const against = computed(() => {
  const choice = comparedWith.value;
  if (choice === 'nothing') return undefined;
  return choice === 'runner-up' ? rival.value : within(choice);
});

export const contributions = computed<Contributions | undefined>(() => {
  const model = shownModel.value;
  const image = pixels.value;
  const label = explained.value;
  if (model === undefined || image === undefined || label === undefined) return undefined;
  return pixelContributions(model, image, label, against.value);
});

export const wanted = computed(() => {
  const choice = wantedClass.value;
  return (choice === 'runner-up' ? undefined : within(choice)) ?? runnerUp.value;
});

export interface Change {
  /** What becomes of the drawing: 0 to 255, not whole. */
  readonly image: Float64Array;
  /** Of each pixel, in gray levels. */
  readonly difference: Float64Array;
  /** Pixels that change by half a gray level or more. */
  readonly count: number;
  /** In gray levels. */
  readonly largest: number;
}

/** The smallest one that makes the drawing what is wanted; 'none' where no image is that. */
export const change = computed<Change | 'none' | undefined>(() => {
  const model = shownModel.value;
  const before = pixels.value;
  const label = wanted.value;
  if (model === undefined || before === undefined || label === undefined) return undefined;
  const image = smallestChange(model, before, label);
  if (image === undefined) return 'none';
  const difference = image.map((value, index) => value - (before[index] as number));
  const sizes = difference.map(Math.abs);
  return {
    image,
    difference,
    count: sizes.filter((size) => size >= 0.5).length,
    largest: sizes.reduce((most, size) => Math.max(most, size), 0),
  };
});
