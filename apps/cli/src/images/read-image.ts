import { readFile, stat } from 'node:fs/promises';
import type { GrayImage } from '@softreg/datasets';
import type { DecodedPng } from 'fast-png';
import { ImageError } from './image-error.js';

const MAX_BYTES = 32 * 2 ** 20;
const MAX_MEGAPIXELS = 50;

/**
 * Reads a PNG or JPEG file as a grayscale image; what is transparent becomes white.
 *
 * @throws ImageError
 */
export async function readImage(path: string): Promise<GrayImage> {
  const bytes = await readBytes(path);
  const decode = isPng(bytes) ? decodePng : isJpeg(bytes) ? decodeJpeg : undefined;
  if (decode === undefined) {
    throw new ImageError(`${path}: expected a PNG or JPEG file, found something else`);
  }
  let image: Pixels;
  try {
    image = await decode(bytes);
  } catch (error) {
    const reason = (error as Error).message;
    throw new ImageError(`${path}: expected an image that can be decoded, found: ${reason}`);
  }
  return toGray(image);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('not a file');
    if (found.size > MAX_BYTES) throw new Error(`${found.size} bytes, more than ${MAX_BYTES}`);
    return await readFile(path);
  } catch (error) {
    throw new ImageError(
      `${path}: expected an image file that can be read, found: ${(error as Error).message}`,
    );
  }
}

/** `channels` values 0 to 255 a pixel: gray, gray and alpha, RGB, or RGB and alpha. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);
}

function isJpeg(bytes: Uint8Array): boolean {
  return [0xff, 0xd8, 0xff].every((byte, i) => bytes[i] === byte);
}

async function decodePng(bytes: Uint8Array): Promise<Pixels> {
  // Width and height come first in the first chunk: a small file can claim a size that no memory holds.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = view.getUint32(16) * view.getUint32(20);
  if (pixels > MAX_MEGAPIXELS * 1e6) {
    throw new Error(`${pixels} pixels, more than ${MAX_MEGAPIXELS} million`);
  }
  const { convertIndexedToRgb, decode } = await import('fast-png');
  const png = decode(bytes);
  if (png.palette !== undefined) {
    const data = convertIndexedToRgb(png);
    return { ...png, channels: data.length / (png.width * png.height), data };
  }
  const values = png.depth < 8 ? unpackBits(png) : png.data;
  const scale = 255 / (2 ** png.depth - 1);
  return { ...png, data: Array.from(values, (value) => value * scale) };
}

/** Gray values of 1, 2 or 4 bits, the first in the highest bits; each row begins with a new byte. */
function unpackBits({ width, height, depth, data }: DecodedPng): number[] {
  const rowBytes = Math.ceil((width * depth) / 8);
  const perByte = 8 / depth;
  return Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const byte = data[Math.floor(i / width) * rowBytes + Math.floor(x / perByte)] as number;
    return (byte >> (8 - depth * ((x % perByte) + 1))) & (2 ** depth - 1);
  });
}

async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  const { default: jpeg } = await import('jpeg-js');
  const limits = { maxResolutionInMP: MAX_MEGAPIXELS, maxMemoryUsageInMB: 512 };
  return { ...jpeg.decode(bytes, { useTArray: true, ...limits }), channels: 4 };
}

/** Luma by the weights of ITU-R BT.601, which JPEG uses as well. */
function toGray({ width, height, channels, data }: Pixels): GrayImage {
  const gray = new Uint8Array(width * height);
  const hasAlpha = channels === 2 || channels === 4;
  for (let i = 0; i < gray.length; i++) {
    const at = (k: number) => data[i * channels + k] as number;
    const light = channels < 3 ? at(0) : 0.299 * at(0) + 0.587 * at(1) + 0.114 * at(2);
    const alpha = hasAlpha ? at(channels - 1) / 255 : 1;
    gray[i] = Math.round(alpha * light + (1 - alpha) * 255);
  }
  return { width, height, data: gray };
}
