import { expect, test } from 'vitest';
import { runCli } from './run-cli.js';

test('a line for each backend: how fast it is, or why it cannot be used', async () => {
  const { code, stdout } = await runCli(['backends']);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['webgpu', 'webgl', 'wasm', 'cpu']);
  expect(lines[1]).toBe('webgl   no: there is no WebGL outside a browser');
  expect(lines[2]).toMatch(
    /^wasm {4}\d+ steps\/s in float32: TensorFlow\.js 4\.22\.0 on WebAssembly/,
  );
  expect(lines[3]).toMatch(
    /^cpu {5}\d+ steps\/s in float32: TensorFlow\.js 4\.22\.0 in plain JavaScript$/,
  );
});

test('--json gives the same as objects', async () => {
  const { stdout } = await runCli(['backends', '--json']);
  const reports = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(reports[1]).toEqual({
    event: 'backend',
    backend: 'webgl',
    works: false,
    reason: 'backend webgl: there is no WebGL outside a browser',
  });
  const [wasm, cpu] = [reports[2], reports[3]];
  expect(wasm).toMatchObject({ event: 'backend', backend: 'wasm', works: true });
  expect(wasm.stepsPerSecond).toBeGreaterThan(cpu.stepsPerSecond);
});
