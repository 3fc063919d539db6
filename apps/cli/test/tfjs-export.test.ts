import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { predict } from '@softreg/model';
import { readModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const SCRIPT = fileURLToPath(new URL('load-layers-model.js', import.meta.url));
const folder = temporaryFolder();
const data = join(folder, 'data');
const model = join(folder, 'run', 'best.safetensors');
const exported = join(folder, 'exported');

const server = createServer((request, response) => {
  response.end(readFileSync(join(exported, basename(request.url ?? ''))));
});

beforeAll(async () => {
  writeSyntheticDigits(data);
  const out = join(folder, 'run');
  const flags = ['--no-verify', '--batch-size', '50', '--epochs', '20', '--out', out];
  expect((await runCli(['train', '--data-dir', data, ...flags])).code).toBe(0);
  const argv = ['export', model, '--format', 'tfjs', '--out', exported];
  expect((await runCli(argv)).code).toBe(0);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
});

test('the exported model loads with tf.loadLayersModel and gives the same probabilities', async () => {
  const images = readFileSync(join(data, 't10k-images-idx3-ubyte')).subarray(16);
  const rows = Array.from({ length: 100 }, (_, i) =>
    Array.from(images.subarray(784 * i, 784 * (i + 1)), (pixel) => pixel / 256),
  );
  const input = join(folder, 'images.json');
  writeFileSync(input, JSON.stringify(rows));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/model.json`;
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, url, input]);
  const found = (JSON.parse(stdout) as number[][]).flat();
  const expected = predict(await readModel(model), images).flatMap(({ probabilities }) =>
    Array.from(probabilities),
  );
  expect(found).toHaveLength(1000);
  const distance = Math.max(...found.map((p, i) => Math.abs(p - (expected[i] as number))));
  expect(distance).toBeLessThan(1e-6);
  // Not a model that says the same of everything.
  expect(new Set(predict(await readModel(model), images).map(({ label }) => label)).size).toBe(10);
});

test('it is read back, and is the model that was exported', async () => {
  const { parameters } = await readModel(model);
  expect((await readModel(exported)).parameters).toEqual(parameters);
  const flags = ['--data-dir', data, '--no-verify', '--json', '--batch-size', '50'];
  const [a, b] = [
    await runCli(['evaluate', model, ...flags]),
    await runCli(['evaluate', exported, ...flags]),
  ];
  const { model: _a, ...first } = JSON.parse(a?.stdout ?? '');
  const { model: _b, ...second } = JSON.parse(b?.stdout ?? '');
  expect(second).toEqual(first);
});
