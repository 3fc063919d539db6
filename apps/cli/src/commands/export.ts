import {
  readModel,
  writeModel,
  writeNpzModel,
  writeStandaloneModel,
  writeTfjsModel,
} from '@softreg/serialization/node';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';

export interface ExportFlags extends CommonFlags {
  readonly format: 'tfjs' | 'safetensors' | 'npz' | 'js';
  readonly out: string;
}

const WRITERS = {
  tfjs: writeTfjsModel,
  safetensors: writeModel,
  npz: writeNpzModel,
  js: writeStandaloneModel,
};

/** `softreg export MODEL --format NAME --out PATH` */
export async function exportCommand(
  modelPath: string,
  { format, out, json, quiet }: ExportFlags,
  io: Io,
): Promise<ExitCode> {
  const model = await readModel(modelPath);
  await WRITERS[format](out, model);
  if (json) printLine(io.stdout, JSON.stringify({ event: 'exported', format, path: out }));
  else if (!quiet) printLine(io.stderr, `written: ${out}`);
  return EXIT.done;
}
