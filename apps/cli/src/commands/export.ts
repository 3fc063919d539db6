import {
  readModel,
  writeModel,
  writeNpzModel,
  writeOnnxModel,
  writeStandaloneModel,
  writeTfjsModel,
} from '@softreg/serialization/node';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';
import { UsageError } from '../usage-error.js';

export interface ExportFlags extends CommonFlags {
  readonly format: 'tfjs' | 'safetensors' | 'npz' | 'onnx' | 'js';
  readonly out: string;
  /** Of an ONNX model of another maker, where it does not say it itself. */
  readonly pixelScale?: number;
}

const WRITERS = {
  tfjs: writeTfjsModel,
  safetensors: writeModel,
  npz: writeNpzModel,
  onnx: writeOnnxModel,
  js: writeStandaloneModel,
};

/** `softreg export MODEL --format NAME --out PATH` */
export async function exportCommand(
  modelPath: string,
  { format, out, pixelScale, json, quiet }: ExportFlags,
  io: Io,
): Promise<ExitCode> {
  if (pixelScale !== undefined && !(pixelScale > 0 && Number.isFinite(pixelScale))) {
    throw new UsageError(`--pixel-scale: expected a number above 0, found ${pixelScale}`);
  }
  const model = await readModel(modelPath, { pixelScale });
  await WRITERS[format](out, model);
  if (json) printLine(io.stdout, JSON.stringify({ event: 'exported', format, path: out }));
  else if (!quiet) printLine(io.stderr, `written: ${out}`);
  return EXIT.done;
}
