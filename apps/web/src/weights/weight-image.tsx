import type { Parameters } from '@softreg/backend';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DataInfo } from '../session/protocol.js';
import { type ThemeColors, themeColors } from '../ui/theme-colors.js';
import { divergingColors } from './diverging-color.js';
import { texts } from './messages.js';

export interface PixelPlace {
  readonly row: number;
  readonly column: number;
}

export interface WeightImageProps {
  readonly name: string;
  /** Of the class. */
  readonly index: number;
  readonly parameters: Parameters;
  readonly data: DataInfo;
  /** The weight of the strongest color. */
  readonly most: number;
  readonly pointed: PixelPlace | undefined;
  readonly onPoint: (place: PixelPlace | undefined) => void;
}

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Drawn again only when parameters or theme change. */
export function WeightImage(props: WeightImageProps) {
  const { name, index, parameters, data, most, pointed, onPoint } = props;
  const { height, width } = data;
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = themeColors.value;
  useLayoutEffect(() => {
    draw(canvas.current as HTMLCanvasElement, index, parameters, most, colors);
  }, [index, parameters, most, colors, height, width]);

  const move = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const from = pointed ?? middleOf(data);
    onPoint({
      row: within(from.row + by[0], height),
      column: within(from.column + by[1], width),
    });
  };
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    onPoint({
      row: within(Math.floor(((event.clientY - box.top) / box.height) * height), height),
      column: within(Math.floor(((event.clientX - box.left) / box.width) * width), width),
    });
  };
  return (
    <figure>
      <button
        type="button"
        class="weight-image"
        aria-label={texts().image(name)}
        onKeyDown={move}
        onFocus={() => onPoint(pointed ?? middleOf(data))}
        onBlur={() => onPoint(undefined)}
        onPointerMove={point}
        onPointerLeave={() => onPoint(undefined)}
      >
        <canvas ref={canvas} width={width} height={height} />
        {pointed && <span class="pixel" style={boxOf(pointed, data)} />}
      </button>
      <figcaption>{name}</figcaption>
    </figure>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  index: number,
  { weights, features, classes }: Parameters,
  most: number,
  colors: ThemeColors,
): void {
  const colorOf = divergingColors(colors);
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let pixel = 0; pixel < features; pixel++) {
    const weight = weights[pixel * classes + index] as number;
    const [red, green, blue] = colorOf(most === 0 ? 0 : weight / most);
    image.data.set([red, green, blue, 255], 4 * pixel);
  }
  context.putImageData(image, 0, 0);
}

function middleOf({ height, width }: DataInfo): PixelPlace {
  return { row: Math.floor(height / 2), column: Math.floor(width / 2) };
}

function within(value: number, count: number): number {
  return Math.max(0, Math.min(count - 1, value));
}

function boxOf({ row, column }: PixelPlace, { height, width }: DataInfo) {
  return {
    left: `${(100 * column) / width}%`,
    top: `${(100 * row) / height}%`,
    width: `${100 / width}%`,
    height: `${100 / height}%`,
  };
}
