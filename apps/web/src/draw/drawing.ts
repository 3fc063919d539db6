import { computed, signal } from '@preact/signals';
import { drawDigits, normalizeDigit, rasterizeStrokes } from '@softreg/datasets';

/** Of the pad and of its picture, in its own units: five for each pixel of a digit. */
export const PAD_SIDE = 140;
/** Of the pen, in units of the pad: in proportion to a digit that fills the pad, as wide as MNIST's. */
export const PEN_WIDTH = 13;
/** Of the image that the model reads. */
export const DIGIT_SIDE = 28;

const PIXEL = PAD_SIDE / DIGIT_SIDE;
/** Steps of a pen that are shorter are left away, in units of the pad. */
const SHORTEST = 0.75;
const MOST_UNDONE = 200;

export interface Drawing {
  /** 28 x 28 bytes that the strokes lie on. */
  readonly example: Uint8Array | undefined;
  /** Of each x, y, x, y and so on, in units of the pad. */
  readonly strokes: readonly (readonly number[])[];
}

const EMPTY: Drawing = { example: undefined, strokes: [] };

/** What is on the pad. */
export const drawing = signal<Drawing>(EMPTY);
const past = signal<readonly Drawing[]>([]);
let isStrokeOpen = false;

export const isEmpty = computed(() => drawing.value === EMPTY);
export const canUndo = computed(() => past.value.length > 0);

/** As the model sees it, 28 x 28 bytes; undefined where nothing is drawn. */
export const pixels = computed(() => (isEmpty.value ? undefined : pixelsOf(drawing.value)));

export function beginStroke(x: number, y: number): void {
  const { example, strokes } = drawing.value;
  change({ example, strokes: [...strokes, [x, y]] });
  isStrokeOpen = true;
}

/** Nothing where no stroke has begun, or where it was undone since. */
export function extendStroke(x: number, y: number): void {
  if (!isStrokeOpen) return;
  const { example, strokes } = drawing.value;
  const stroke = strokes.at(-1) as readonly number[];
  const [lastX, lastY] = stroke.slice(-2) as [number, number];
  if (Math.hypot(x - lastX, y - lastY) < SHORTEST) return;
  drawing.value = { example, strokes: [...strokes.slice(0, -1), [...stroke, x, y]] };
}

export function endStroke(): void {
  isStrokeOpen = false;
}

export function undo(): void {
  endStroke();
  const before = past.value.at(-1);
  if (before === undefined) return;
  past.value = past.value.slice(0, -1);
  drawing.value = before;
}

export function clear(): void {
  endStroke();
  if (!isEmpty.value) change(EMPTY);
}

/** In the place of what is there: a digit that the project draws itself. */
export function startFrom(digit: number): void {
  endStroke();
  change({ example: exampleOf(digit), strokes: [] });
}

function change(next: Drawing): void {
  past.value = [...past.value.slice(1 - MOST_UNDONE), drawing.value];
  drawing.value = next;
}

/** Of every ten images from the start each class is one. */
function exampleOf(digit: number): Uint8Array {
  const { images, labels } = drawDigits({ part: 'test', count: 10 });
  const start = labels.indexOf(digit) * DIGIT_SIDE * DIGIT_SIDE;
  return images.subarray(start, start + DIGIT_SIDE * DIGIT_SIDE);
}

export function pixelsOf({ example, strokes }: Drawing): Uint8Array {
  if (example !== undefined && strokes.length === 0) return example;
  const options = { width: PAD_SIDE, height: PAD_SIDE, strokeWidth: PEN_WIDTH };
  const picture = rasterizeStrokes(strokes, options);
  if (example === undefined) return normalizeDigit(picture);
  const data = picture.data.map((value, index) => {
    const x = Math.floor((index % PAD_SIDE) / PIXEL);
    const y = Math.floor(index / PAD_SIDE / PIXEL);
    return Math.max(value, example[y * DIGIT_SIDE + x] as number);
  });
  return normalizeDigit({ ...picture, data });
}
