import { useRef } from 'preact/hooks';
import { beginStroke, drawing, endStroke, extendStroke, PAD_SIDE, PEN_WIDTH } from './drawing.js';
import { texts } from './messages.js';
import { isArrow, liftPen, pen, pressKey, putPenAt } from './pen.js';
import { grayColors, PixelImage } from './pixel-image.js';

/** What is drawn on: with mouse, touch, pen or keys. */
export function Pad() {
  const text = texts();
  const { example, strokes } = drawing.value;
  const pointer = useRef<number | undefined>(undefined);
  const held = useRef(new Set<string>());

  const onPointerDown = (event: PointerEvent) => {
    if (pointer.current !== undefined || event.button !== 0) return;
    const pad = event.currentTarget as HTMLElement;
    pointer.current = event.pointerId;
    pad.setPointerCapture(event.pointerId);
    const [x, y] = placeOn(pad, event);
    putPenAt(x, y);
    beginStroke(x, y);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (event.pointerId !== pointer.current) return;
    const pad = event.currentTarget as HTMLElement;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const part of all.length > 0 ? all : [event]) extendStroke(...placeOn(pad, part));
    putPenAt(...placeOn(pad, event));
  };
  const onPointerEnd = (event: PointerEvent) => {
    if (event.pointerId !== pointer.current) return;
    pointer.current = undefined;
    endStroke();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (pointer.current !== undefined) return;
    if (isArrow(event.key)) held.current.add(event.key);
    if (pressKey(event, held.current)) event.preventDefault();
  };

  return (
    <div
      id="pad"
      class="pad"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive
      tabIndex={0}
      aria-label={text.pad}
      aria-describedby="pad-help"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onLostPointerCapture={onPointerEnd}
      onKeyDown={onKeyDown}
      onKeyUp={({ key }) => held.current.delete(key)}
      onBlur={() => {
        held.current.clear();
        liftPen();
      }}
    >
      {example && <PixelImage colors={grayColors(example)} label={text.example} />}
      <svg viewBox={`0 0 ${PAD_SIDE} ${PAD_SIDE}`} aria-hidden="true">
        {strokes.map((stroke, index) => (
          <polyline key={index} class="ink" points={lineOf(stroke)} stroke-width={PEN_WIDTH} />
        ))}
        <g class={pen.value.isDown ? 'pen down' : 'pen'}>
          <circle cx={pen.value.x} cy={pen.value.y} r={PEN_WIDTH / 2} />
          <path d={`M${pen.value.x - 3} ${pen.value.y}h6m-3 -3v6`} />
        </g>
      </svg>
    </div>
  );
}

function placeOn(pad: HTMLElement, { clientX, clientY }: MouseEvent): [number, number] {
  const { left, top, width, height } = pad.getBoundingClientRect();
  return [((clientX - left) * PAD_SIDE) / width, ((clientY - top) * PAD_SIDE) / height];
}

/** A line of one point is no line: it goes there twice. */
function lineOf(stroke: readonly number[]): string {
  return (stroke.length === 2 ? [...stroke, ...stroke] : stroke).join(' ');
}
