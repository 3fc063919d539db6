import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DataInfo } from '../session/protocol.js';

export interface ThumbnailProps {
  readonly name: string;
  /** Height x width; undefined until they are here. */
  readonly pixels: Uint8Array | undefined;
  readonly data: DataInfo;
}

/** A test image, light on dark as it is. */
export function Thumbnail({ name, pixels, data: { height, width } }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || pixels === undefined) return;
    const image = context.createImageData(width, height);
    for (const [i, value] of pixels.entries()) image.data.set([value, value, value, 255], 4 * i);
    context.putImageData(image, 0, 0);
  }, [pixels, height, width]);
  return (
    <canvas
      ref={canvas}
      class="thumbnail"
      width={width}
      height={height}
      role="img"
      aria-label={name}
    />
  );
}
