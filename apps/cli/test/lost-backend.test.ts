import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BackendError,
  type BackendErrorCode,
  type BackendName,
  type Engine,
} from '@softreg/backend';
import { readModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import type { TrainingEvent } from '@softreg/trainer';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readRun } from '../src/train/run-folder.js';
import { textLog } from '../src/train/training-log.js';
import { type CliOptions, runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

/** What this machine pretends to have: engines of other names, all of them wasm in truth, that live for so many steps each. */
const machine = vi.hoisted(() => ({
  lives: {} as Partial<Record<BackendName, number[]>>,
  opened: [] as string[],
  closed: 0,
  code: 'BACKEND_LOST' as BackendErrorCode,
  onProbe: () => {},
}));

vi.mock('@softreg/backend', async (importOriginal) => {
  const original = await importOriginal<typeof import('@softreg/backend')>();
  return {
    ...original,
    async openEngine(name: BackendName | 'auto') {
      const backend = name === 'auto' ? 'webgpu' : name;
      machine.opened.push(backend);
      const steps = machine.lives[backend]?.shift() ?? Number.POSITIVE_INFINITY;
      return mortal(await original.openEngine('wasm'), backend, steps);
    },
    async probeBackends() {
      machine.onProbe();
      return Object.keys(machine.lives).map((backend, i) => ({
        ...{ backend, works: true, description: '', device: '', precision: 'float32' },
        ...{ kernelsPerStep: 1, stepsPerSecond: 1000 - i },
      }));
    },
  };
});

/** Its device is lost in the step after so many. */
function mortal(engine: Engine, backend: BackendName, steps: number): Engine {
  let left = steps;
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'backend') return backend;
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => {
        if (name === 'close') machine.closed += 1;
        else if (name === 'step') left -= 1;
        if (left < 0 && name !== 'close') {
          throw new BackendError(machine.code, 'the driver fell over', {
            backend,
            fix: 'go on elsewhere',
          });
        }
        return value.apply(target, values);
      };
    },
  });
}

let data: string;
let out: string;

beforeAll(() => {
  data = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(data);
});

beforeEach(() => {
  out = join(temporaryFolder(), 'run');
  Object.assign(machine, { lives: {}, opened: [], closed: 0, onProbe: () => {} });
  machine.code = 'BACKEND_LOST';
});

/** 6 minibatches an epoch, validations after the 4th, 8th, 12th. */
const TRAIN = ['train', '--no-verify', '--batch-size', '50', '--validation-frequency', '4'];

function train(flags: string[], options?: CliOptions) {
  return runCli([...TRAIN, '--epochs', '4', '--data-dir', data, '--out', out, ...flags], options);
}

function resume(...flags: string[]) {
  return runCli(['train', '--resume', out, '--data-dir', data, '--no-verify', ...flags]);
}

const lines = (text: string) => text.trimEnd().split('\n');
const metrics = () => readFileSync(join(out, 'metrics.ndjson'), 'utf8');
const config = () => JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
const model = () => readModel(join(out, 'best.safetensors'));

/** Log without its last line, which has the speed; model and metrics. */
async function resultOf(stdout: string) {
  return { log: lines(stdout).slice(0, -1), model: (await model()).parameters, metrics: metrics() };
}

async function straightRun() {
  const { code, stdout } = await train(['--backend', 'wasm']);
  expect(code).toBe(0);
  return resultOf(stdout);
}

describe('with --backend auto a run whose backend is lost', () => {
  // After 5 minibatches the best validation, the 4th, is good; after 7, the end of the first epoch.
  test.each([
    [0, 'epoch 1', 'the start'],
    [5, 'epoch 1', 'epoch 1, minibatch 4/6'],
    [7, 'epoch 2', 'the end of epoch 1'],
    [17, 'epoch 3', 'the end of epoch 2'],
    [23, 'epoch 4', 'the end of epoch 3'],
  ])('after %i steps goes on with the next best', async (steps, epoch, from) => {
    const straight = await straightRun();
    machine.lives = { webgpu: [steps], wasm: [] };
    machine.onProbe = () => delete machine.lives.webgpu;
    const { code, stdout, stderr } = await train(['--backend', 'auto']);
    expect(code).toBe(0);
    expect(await resultOf(stdout)).toEqual(straight);
    expect(lines(stderr).filter((line) => line.includes('lost'))).toEqual([
      `backend webgpu was lost in ${epoch}: the driver fell over; going on with wasm from ${from}`,
    ]);
    expect(machine.opened.slice(1)).toEqual(['webgpu', 'wasm']);
    expect(machine.closed).toBe(3);
    expect(config().backend).toBe('wasm');
    expect((await model()).receipt).toMatchObject({ backend: 'webgpu, wasm' });
  });

  test('tells of it with --json, and repeats what happens again', async () => {
    const straight = await train(['--backend', 'wasm', '--json']);
    machine.lives = { webgpu: [22], wasm: [] };
    machine.onProbe = () => delete machine.lives.webgpu;
    const { stdout } = await train(['--json']);
    const events = lines(stdout).map((line) => JSON.parse(line));
    const at = events.findIndex(({ event }) => event === 'lost');
    const lost = events[at];
    expect(lost).toEqual({
      event: 'lost',
      epoch: 4,
      minibatch: 5,
      backend: 'webgpu',
      reason: 'the driver fell over',
      resumesAtEpoch: 4,
      resumesAtMinibatch: 1,
    });
    const kept = events
      .slice(0, at)
      .filter(
        ({ epoch, minibatch }) =>
          epoch < lost.resumesAtEpoch ||
          (epoch === lost.resumesAtEpoch && minibatch < lost.resumesAtMinibatch),
      );
    expect(kept.length).toBeLessThan(at);
    const untimed = ({ epochsPerSecond, ...event }: Record<string, unknown>) => event;
    expect([...kept, ...events.slice(at + 1)].map(untimed)).toEqual(
      lines(straight.stdout).map((line) => untimed(JSON.parse(line))),
    );
    expect(events.at(-1)).toMatchObject({ event: 'done', backend: 'wasm' });
  });

  test('says nothing with --quiet', async () => {
    machine.lives = { webgpu: [7], wasm: [] };
    machine.onProbe = () => delete machine.lives.webgpu;
    expect(await train(['--quiet'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('takes the same one where that works again', async () => {
    machine.lives = { webgpu: [7, 99], wasm: [] };
    const { stderr } = await train([]);
    expect(stderr).toContain('; going on with webgpu from the end of epoch 1\n');
    expect(config().backend).toBe('webgpu');
    expect((await model()).receipt).toMatchObject({ backend: 'webgpu' });
  });

  test('leaves out one that is lost again before it gets any further', async () => {
    const straight = await straightRun();
    machine.lives = { webgpu: [7, 9, 5, 5, 5], webgl: [1, 1, 1], wasm: [] };
    const { code, stdout } = await train([]);
    expect(code).toBe(0);
    expect(await resultOf(stdout)).toEqual(straight);
    expect(machine.opened.slice(1)).toEqual([
      'webgpu',
      'webgpu',
      'webgpu',
      'webgl',
      'webgl',
      'wasm',
    ]);
    expect((await model()).receipt).toMatchObject({ backend: 'webgpu, webgl, wasm' });
  });

  test('ends, saved, where nothing else works', async () => {
    machine.lives = { webgpu: [7, 3] };
    const { code, stderr } = await train([]);
    expect(code).toBe(4);
    expect(lines(stderr).at(-1)).toMatch(/^error: backend webgpu was lost in epoch 2: the driver/);
    expect((await readRun(out)).state.iterations).toBe(6);
  });

  test('is saved before another is opened, and an interrupt then ends it', async () => {
    const straight = await straightRun();
    const controller = new AbortController();
    machine.lives = { webgpu: [15], wasm: [] };
    machine.onProbe = () => {
      const saved = metrics();
      expect(config().backend).toBe('webgpu');
      expect(saved).not.toContain('"epoch":3');
      controller.abort();
    };
    const { code, stdout, stderr } = await train([], { interrupt: controller.signal });
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted in epoch 2; saved');
    expect(stdout).not.toContain('Optimization complete');
    machine.onProbe = () => {};
    const second = await resume('--backend', 'wasm');
    expect(second.code).toBe(0);
    expect({ ...(await resultOf(second.stdout)), log: straight.log }).toEqual(straight);
  });
});

describe('with a backend that was named', () => {
  test('a run that loses it saves, says how to go on, and exits with 4', async () => {
    const straight = await straightRun();
    machine.lives = { webgpu: [22] };
    const first = await train(['--backend', 'webgpu']);
    expect(first.code).toBe(4);
    expect(lines(first.stderr).slice(1)).toEqual([
      'error: backend webgpu was lost in epoch 4: the driver fell over; ' +
        `saved ${join(out, 'checkpoint.safetensors')}; ` +
        `go on with: softreg train --resume ${out} (and --backend auto, for another backend)`,
    ]);
    expect(machine.opened.slice(1)).toEqual(['webgpu']);

    const saved = await readRun(out);
    expect(saved.config.backend).toBe('webgpu');
    expect(config()).toEqual(saved.config);
    expect(saved.state.iterations).toBe(18);
    const places = saved.metrics.map(({ epoch }) => epoch);
    expect(Math.max(...places)).toBe(3);
    expect(saved.metrics.filter(({ event }) => event === 'validation')).toHaveLength(
      saved.state.history.length,
    );

    machine.lives = {};
    const second = await resume();
    expect(second.code).toBe(0);
    const log = [...new Set([...lines(first.stdout), ...lines(second.stdout)])];
    expect({ ...(await resultOf(second.stdout)), log: log.slice(0, -1) }).toEqual(straight);
  });

  test('so does one that is resumed on the backend of its folder, though that was found by auto', async () => {
    machine.lives = { webgpu: [9, 0] };
    expect((await train([])).code).toBe(4);
    machine.lives = { webgpu: [3], wasm: [] };
    const { code, stderr } = await resume();
    expect(code).toBe(4);
    expect(stderr).toContain('backend webgpu was lost in epoch 2');
    machine.lives = { webgpu: [3], wasm: [] };
    machine.onProbe = () => delete machine.lives.webgpu;
    const auto = await resume('--backend', 'auto');
    expect(auto.code).toBe(0);
    expect(auto.stderr).toContain('going on with wasm');
    expect(config().backend).toBe('wasm');
  });

  test('one that is lost before the first minibatch can be resumed as well', async () => {
    machine.lives = { webgpu: [-1] };
    const first = await train(['--backend', 'webgpu']);
    expect(first.code).toBe(4);
    expect(first.stdout).toBe('');
    machine.lives = {};
    expect((await resume()).code).toBe(0);
  });

  test('evaluate exits with 4', async () => {
    await straightRun();
    machine.lives = { webgpu: [-1] };
    const flags = ['--backend', 'webgpu', '--data-dir', data, '--no-verify'];
    const { code, stderr } = await runCli(['evaluate', join(out, 'best.safetensors'), ...flags]);
    expect(code).toBe(4);
    expect(lines(stderr)).toHaveLength(1);
  });
});

test('a run that its backend has no memory for exits with 4', async () => {
  machine.code = 'BACKEND_OUT_OF_MEMORY';
  machine.lives = { webgpu: [3] };
  const { code, stderr } = await train(['--backend', 'webgpu']);
  expect(code).toBe(4);
  expect(lines(stderr).at(-1)).toBe('error: backend webgpu: the driver fell over; go on elsewhere');
});

// A round takes two steps at least, however slow the machine is.
describe('bench', () => {
  const bench = (...flags: string[]) => {
    const brief = ['--seconds', '0.01', '--rounds', '3', '--no-verify'];
    return runCli(['bench', '--data-dir', data, ...brief, ...flags]);
  };

  test('leaves out a backend that is lost on the way, and says why', async () => {
    machine.lives = { webgpu: [1e6, 1], wasm: [] };
    const { code, stdout, stderr } = await bench();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nwasm +- .*\n\nwebgpu {2}no: the driver fell over\n +fix: go on elsewhere\n$/,
    );
    expect(stdout).not.toMatch(/^webgpu +-/m);
    expect(stderr.match(/^round \d/gm)).toHaveLength(4);
    expect(machine.opened).toEqual(['webgpu', 'wasm', 'webgpu', 'wasm', 'wasm']);
    expect(machine.closed).toBe(5);
  });

  test('exits with 4 where that backend was named', async () => {
    machine.lives = { webgpu: [0, 1e6, 1] };
    const { code, stdout, stderr } = await bench('--backend', 'webgpu,wasm');
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(lines(stderr).at(-1)).toBe(
      'error: backend webgpu: the driver fell over; go on elsewhere',
    );
    expect(machine.closed).toBe(machine.opened.length);
  });
});

test('the text log repeats a line only where it says something else', () => {
  let text = '';
  const log = textLog({ write: (piece: string) => (text += piece) } as never);
  const validation = (minibatch: number, errors: number): TrainingEvent => ({
    type: 'validation',
    epoch: 1,
    minibatch,
    minibatches: 6,
    score: { errors, count: 100 },
  });
  for (const event of [validation(4, 9), validation(4, 9), validation(4, 8), validation(5, 8)]) {
    log.event(event);
  }
  expect(lines(text).map((line) => line.slice(9))).toEqual([
    'minibatch 4/6, validation error 9.000000 %',
    'minibatch 4/6, validation error 8.000000 %',
    'minibatch 5/6, validation error 8.000000 %',
  ]);
});
