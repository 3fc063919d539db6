import { useEffect, useRef } from 'preact/hooks';
import { themeColors } from '../ui/theme-colors.js';
import { divergingColors } from '../weights/diverging-color.js';
import { DIGIT_SIDE } from './drawing.js';

export interface PixelImageProps {
  /** Red, green, blue and opacity of 28 x 28 pixels. */
  readonly colors: Uint8ClampedArray<ArrayBuffer>;
  /** What it shows, in words. */
  readonly label: string;
}

/** An image of the model's size, enlarged without smoothing. */
export function PixelImage({ colors, label }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(colors, DIGIT_SIDE, DIGIT_SIDE), 0, 0);
  }, [colors]);
  return (
    <canvas
      ref={canvas}
      class="pixel-image"
      width={DIGIT_SIDE}
      height={DIGIT_SIDE}
      role="img"
      aria-label={label}
    />
  );
}

export function grayColors(pixels: ArrayLike<number>): Uint8ClampedArray<ArrayBuffer> {
  const colors = new Uint8ClampedArray(4 * pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const gray = pixels[i] as number;
    colors.set([gray, gray, gray, 255], 4 * i);
  }
  return colors;
}

/**
 * Blue below zero, red above; as strong as against the furthest from zero.
 *
 * @param zero the color of zero, as #rrggbb
 * @param isShown of which pixels; the others are transparent
 */
export function signedColors(
  values: Float64Array,
  zero: string,
  isShown: (index: number) => boolean,
): Uint8ClampedArray<ArrayBuffer> {
  const { below, above } = themeColors.value;
  const colorOf = divergingColors({ below, surface: zero, above });
  const most = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const colors = new Uint8ClampedArray(4 * values.length);
  for (const [index, value] of values.entries()) {
    if (isShown(index)) colors.set([...colorOf(most === 0 ? 0 : value / most), 255], 4 * index);
  }
  return colors;
}
