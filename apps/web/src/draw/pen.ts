import { signal } from '@preact/signals';
import { beginStroke, clear, endStroke, extendStroke, PAD_SIDE, undo } from './drawing.js';

export interface Pen {
  /** In units of the pad. */
  readonly x: number;
  readonly y: number;
  readonly isDown: boolean;
}

const STEP = 4;

/** The pen that keys move. */
export const pen = signal<Pen>({ x: PAD_SIDE / 2, y: PAD_SIDE / 2, isDown: false });

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Up, and where another pen has been. */
export function putPenAt(x: number, y: number): void {
  pen.value = { x: within(x), y: within(y), isDown: false };
}

export function liftPen(): void {
  endStroke();
  pen.value = { ...pen.value, isDown: false };
}

/**
 * What a key does on the pad: arrows move the pen, two of them at once aslant; space and Enter put it down and up; Escape clears; Ctrl+Z
 * undoes.
 *
 * @param held the arrows that are down, this one too
 * @returns whether the key means something here
 */
export function pressKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>,
  held: ReadonlySet<string>,
): boolean {
  const { key, ctrlKey, metaKey, altKey, repeat } = event;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'z') {
    liftPen();
    undo();
    return true;
  }
  if (ctrlKey || metaKey || altKey) return false;
  if (key in WAYS) {
    move(held);
    return true;
  }
  if (key === ' ' || key === 'Enter') {
    if (!repeat) toggle();
    return true;
  }
  if (key !== 'Escape') return false;
  liftPen();
  clear();
  return true;
}

export function isArrow(key: string): boolean {
  return key in WAYS;
}

function move(held: ReadonlySet<string>): void {
  let { x, y } = pen.value;
  for (const key of held) {
    const [dx, dy] = WAYS[key] as readonly [number, number];
    x += dx;
    y += dy;
  }
  pen.value = { ...pen.value, x: within(x), y: within(y) };
  extendStroke(pen.value.x, pen.value.y);
}

function toggle(): void {
  const { x, y, isDown } = pen.value;
  if (isDown) {
    liftPen();
  } else {
    beginStroke(x, y);
    pen.value = { x, y, isDown: true };
  }
}

function within(value: number): number {
  return Math.min(PAD_SIDE, Math.max(0, value));
}
