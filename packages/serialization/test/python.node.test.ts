import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { encodeCheckpoint, encodeModel } from '../src/index.js';
import { digitCheckpoint, digitModel } from './digit-samples.js';
import { bytesOf } from './samples.js';

const PYTHON = process.env.SOFTREG_PYTHON ?? 'python3';

const READ = `
import hashlib, json, re, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework='numpy') as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    metadata = file.metadata()
head = open(sys.argv[1], 'rb').read()[:8 + int.from_bytes(open(sys.argv[1], 'rb').read(8), 'little')]
blank = head.replace(metadata['header_sha256'].encode(), b'0' * 64)
print(json.dumps({
    'metadata': metadata,
    'tensors': {name: [str(array.dtype), list(array.shape), array.tobytes().hex()] for name, array in tensors.items()},
    'header_sha256': hashlib.sha256(blank).hexdigest(),
}))`;

const check = spawnSync(PYTHON, ['-c', 'import safetensors, numpy'], { encoding: 'utf8' });
const missing = check.status !== 0;
if (missing) {
  const reason = check.error?.message ?? check.stderr.trim().split('\n').at(-1);
  process.stderr.write(
    'SKIPPED, files read by the reference reader: they need a Python with safetensors and numpy, ' +
      `named by SOFTREG_PYTHON (${PYTHON}: ${reason})\n`,
  );
}

describe.skipIf(missing)('the reference reader, in Python, reads', () => {
  const folder = temporaryFolder();

  test('a model', async () => {
    const model = {
      ...digitModel(),
      classNames: ['"', '\\', '', '數字', '👩‍🚀', '__proto__', '\n', '\u2028', '\0', '9'],
      receipt: { __proto__: 'none', "ключ 'x'": 'значение\n', epochs: '74' },
    };
    const { weights, bias } = model.parameters;
    const { metadata, tensors, header_sha256 } = await read(await encodeModel(model));
    expect(tensors).toEqual({
      bias: ['float32', [10], hex(bias)],
      weights: ['float32', [784, 10], hex(weights)],
    });
    expect(JSON.parse(metadata.class_names as string)).toEqual(model.classNames);
    expect(metadata["receipt.ключ 'x'"]).toBe('значение\n');
    expect(metadata.header_sha256).toBe(header_sha256);
  });

  test('a checkpoint', async () => {
    const checkpoint = digitCheckpoint();
    const { tensors } = await read(await encodeCheckpoint(checkpoint));
    for (const name of ['values', 'config'] as const) {
      const text = Buffer.from(checkpoint[name]);
      expect(tensors[`json.${name}`]).toEqual(['uint8', [text.length], text.toString('hex')]);
    }
    for (const [name, { shape, data }] of Object.entries(checkpoint.arrays)) {
      expect(tensors[name]).toEqual(['float32', shape, hex(data)]);
    }
  });

  async function read(bytes: Uint8Array): Promise<{
    metadata: Record<string, string>;
    tensors: Record<string, [string, number[], string]>;
    header_sha256: string;
  }> {
    const path = join(folder, 'a.safetensors');
    writeFileSync(path, bytes);
    return JSON.parse(execFileSync(PYTHON, ['-c', READ, path], { encoding: 'utf8' }));
  }
});

function hex(data: Float32Array): string {
  return Buffer.from(bytesOf(data)).toString('hex');
}
