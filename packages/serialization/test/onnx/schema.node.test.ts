import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { encodeOnnxModel } from '../../src/index.js';
import { digitModel } from '../digit-samples.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON = process.env.SOFTREG_PYTHON ?? 'python3';
const missing = spawnSync(PYTHON, ['-c', 'import onnx']).status !== 0;
if (missing) {
  process.stderr.write(
    `SKIPPED, ONNX files checked by ONNX itself: they need a Python with onnx, named by SOFTREG_PYTHON (${PYTHON})\n`,
  );
}

test('the generated code is that of onnx.proto', () => {
  const { status, stderr } = spawnSync(process.execPath, ['proto/generate.js', '--check'], {
    cwd: PACKAGE,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 60_000);

test('the library that reads ONNX, and that of archives, are loaded when they are needed', () => {
  // What the hook's thread prints may be printed late, or never.
  const list = join(temporaryFolder(), 'modules.txt');
  const hook = `
    import { appendFileSync } from 'node:fs';
    export async function resolve(name, context, next) {
      appendFileSync(${JSON.stringify(list)}, name + '\\n');
      return next(name, context);
    }`;
  const script = `
    import { appendFileSync } from 'node:fs';
    import { register } from 'node:module';
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});
    const { encodeOnnxModel } = await import('@softreg/serialization');
    appendFileSync(${JSON.stringify(list)}, 'loaded\\n');
    await encodeOnnxModel({}).catch(() => undefined);`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: PACKAGE });
  const [before, after] = readFileSync(list, 'utf8').split('loaded\n');
  expect(before).toContain('model-file.js');
  expect(before).not.toMatch(/bufbuild|zip\.js/);
  expect(after).toMatch(/bufbuild/);
});

describe.skipIf(missing)('ONNX itself', () => {
  const folder = temporaryFolder();

  test('finds nothing wrong with what we write, and reads what is in it', async () => {
    const path = join(folder, 'model.onnx');
    writeFileSync(
      path,
      await encodeOnnxModel({ ...digitModel(), classNames: [...'〇一二三四五六七八九'] }),
    );
    const script = `
import json, sys, onnx
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
print(json.dumps([{p.key: p.value for p in model.metadata_props}, [(n.op_type, len(n.input)) for n in model.graph.node],
    {t.name: [list(t.dims), t.data_type] for t in model.graph.initializer},
    (lambda a: {'weights': (a['coarse_weights'] + a['fine_weights']).tobytes().hex(),
        'bias': a['bias'].tobytes().hex(), 'pixel_scale': a['pixel_scale'].tobytes().hex()})(
        {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer})]))`;
    const [metadata, nodes, tensors, bytes] = JSON.parse(
      execFileSync(PYTHON, ['-c', script, path], { encoding: 'utf8' }),
    );
    expect(metadata).toMatchObject({
      image_shape: '[28,28]',
      pixel_scale: '256',
      'receipt.epochs': '74',
    });
    expect(JSON.parse(metadata.class_names)).toEqual([...'〇一二三四五六七八九']);
    expect(nodes).toEqual([
      ['MatMul', 2],
      ['Div', 2],
      ['Div', 2],
      ['Gemm', 3],
      ['Add', 2],
      ['Softmax', 1],
      ['ArgMax', 1],
    ]);
    expect(tensors).toEqual({
      pixel_scale: [[], 1],
      coarse_weights: [[784, 10], 1],
      fine_weights: [[784, 10], 1],
      bias: [[10], 1],
    });
    const { weights, bias } = digitModel().parameters;
    const hex = (data: Float32Array) => Buffer.from(data.buffer).toString('hex');
    expect(bytes).toEqual({
      pixel_scale: hex(Float32Array.of(256)),
      weights: hex(weights),
      bias: hex(bias),
    });
  });

  test('gives its fields the numbers that we give them', () => {
    const script = `
import json, onnx
def fields(d, prefix):
    for f in d.fields: yield prefix + d.name + '.' + f.name, f.number
    for n in d.nested_types: yield from fields(n, prefix + d.name + '.')
print(json.dumps(dict(p for d in onnx.onnx_ml_pb2.DESCRIPTOR.message_types_by_name.values() for p in fields(d, ''))))`;
    const known = JSON.parse(execFileSync(PYTHON, ['-c', script], { encoding: 'utf8' }));
    const ours = fieldsOf(readFileSync(join(PACKAGE, 'proto/onnx.proto'), 'utf8'));
    expect(ours.length).toBeGreaterThan(40);
    for (const [name, number] of ours) expect([name, known[name]]).toEqual([name, number]);
  });
});

/** Whole names and numbers of the fields, by the text of the description alone. */
function fieldsOf(proto: string): [string, number][] {
  const scopes: string[] = [];
  const fields: [string, number][] = [];
  for (const line of proto.split('\n')) {
    const opened = /^\s*(message|oneof) (\w+) \{/.exec(line);
    const field = /^\s*(?:repeated )?\w+ (\w+) = (\d+);/.exec(line);
    if (opened) scopes.push(opened[1] === 'message' ? `${opened[2]}.` : '');
    else if (line.trim() === '}') scopes.pop();
    else if (field) fields.push([`${scopes.join('')}${field[1]}`, Number(field[2])]);
  }
  return fields;
}
