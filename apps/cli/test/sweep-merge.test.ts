import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { below, seededRandom, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import {
  BIN,
  linesOf,
  REPORTS,
  readConfig,
  readReports,
  withoutSeconds,
  writeShard,
} from './sweep-runs.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const grid = ['--learning-rate', '1e38,0.003,0.1', '--batch-size', '20,50', '--l2', '0,0.1'];
const others = ['--data-dir', data, '--no-verify', '--backend', 'simd', '--epochs', '2'];
const from = [...grid, ...others, '--pixel-scale', '0.5'];
/** Of 12 settings, a part of which diverge. */
const whole = join(folder, 'whole');
let table: string;

beforeAll(async () => {
  const size = ['--train', '360', '--test', '100'];
  expect((await runCli(['data', 'fetch', 'digits', ...size, '--out', data])).code).toBe(0);
  const run = await runCli(['sweep', ...from, '--out', whole]);
  expect(run.code).toBe(0);
  table = run.stdout;
  expect(table).toContain('diverged');
  expect(table).toContain('epochs ');
});

function merge(folders: readonly string[], out: string, ...flags: string[]) {
  return runCli(['sweep', 'merge', ...folders, '--out', out, ...flags]);
}

const all = Array.from({ length: 12 }, (_, i) => i + 1);

function shardFolders(
  count: number,
  own = (number: number) => all.filter((i) => (i - 1) % count === number - 1),
) {
  const at = temporaryFolder();
  return Array.from({ length: count }, (_, i) => {
    const shard = join(at, `shard-${i + 1}`);
    writeShard(whole, shard, { number: i + 1, count }, own(i + 1));
    return shard;
  });
}

describe('shards, merged,', () => {
  test('are the whole sweep, to the byte, however many and in whatever order', async () => {
    const expected = readReports(whole);
    const random = seededRandom(7);
    for (const count of [1, 2, 3, 5, 12, 15]) {
      const given = shardFolders(count);
      // Some of them twice.
      for (const shard of [...given]) if (below(random, 3) === 0) given.push(shard);
      const order = given.map((shard) => ({ shard, at: below(random, 1e9) }));
      const folders = order.sort((a, b) => a.at - b.at).map(({ shard }) => shard);
      const out = join(temporaryFolder(), 'merged');
      const run = await merge(folders, out);
      expect([run.code, run.stdout]).toEqual([0, table]);
      expect(readReports(out)).toEqual(expected);
      expect(readConfig(out)).toEqual(readConfig(whole));
      const seventh = join('settings', '00007', 'result.json');
      expect(readFileSync(join(out, seventh))).toEqual(readFileSync(join(whole, seventh)));
    }
  });

  test('that were trained each by itself are the whole sweep, but for the seconds', async () => {
    const shards: string[] = [];
    for (const number of [1, 2, 3, 4, 5]) {
      const out = join(folder, `own-${number}`);
      const run = await runCli(['sweep', ...from, '--shard', `${number}/5`, '--out', out]);
      expect(run.code).toBe(0);
      expect(linesOf(run.stdout)).toHaveLength(1 + (number <= 2 ? 3 : 2));
      shards.push(out);
    }
    const out = join(folder, 'own');
    const run = await merge(shards, out);
    expect(run.code).toBe(0);
    expect(withoutSeconds(run.stdout)).toBe(withoutSeconds(table));
    const [expected, found] = [readReports(whole), readReports(out)];
    for (const name of [...REPORTS, 'best.safetensors']) {
      expect(withoutSeconds(found[name] as string), name).toBe(
        withoutSeconds(expected[name] as string),
      );
    }
    expect(linesOf(withoutSeconds(found['results.csv'] as string))[1]).toMatch(/^1,\d+,.*,\d+$/);
  });

  test('are in folders named by the shard, where no --out is given', () => {
    const at = temporaryFolder();
    execFileSync(process.execPath, [BIN, 'sweep', ...from, '--shard', '2/30'], {
      cwd: at,
      stdio: 'pipe',
    });
    expect(existsSync(join(at, 'sweep-2-of-30', 'results.csv'))).toBe(true);
  });

  test('may be none of the settings', async () => {
    const out = join(folder, 'empty');
    const run = await runCli(['sweep', ...from, '--shard', '13/13', '--out', out, '--json']);
    expect(run.code).toBe(0);
    expect(run.stdout).toBe('{"event":"done","settings":0,"failed":0,"best":null,"model":null}\n');
    const merged = join(folder, 'with-empty');
    expect((await merge([out, whole], merged)).stdout).toBe(table);
  });

  test('are a sweep that can be resumed', async () => {
    const out = join(folder, 'again');
    await merge(shardFolders(3), out);
    rmSync(join(out, 'settings', '00011', 'result.json'));
    const run = await runCli(['sweep', '--resume', out, '--data-dir', data, '--no-verify']);
    expect(run.code).toBe(0);
    expect(withoutSeconds(run.stdout)).toBe(withoutSeconds(table));
  });

  test('with --json are one object a line', async () => {
    const out = join(folder, 'json');
    const { stdout } = await merge(shardFolders(2), out, '--json', '--quiet');
    const lines = linesOf(stdout);
    expect(`${lines.slice(0, -1).join('\n')}\n`).toBe(readReports(whole)['results.ndjson']);
    const last = JSON.parse(lines.at(-1) as string);
    expect(last).toMatchObject({ event: 'done', settings: 12, failed: 0 });
    expect(last.model).toBe(join(out, 'best.safetensors'));
  });
});

describe('shards are refused', () => {
  test('with settings missing, and the command that is named brings them', async () => {
    const [one, two, three] = shardFolders(3) as [string, string, string];
    rmSync(join(two, 'settings', '00005'), { recursive: true });
    const out = join(folder, 'missing');
    const run = await merge([one, two], out);
    expect([run.code, run.stdout]).toEqual([3, '']);
    const named = /settings 3, 5, 6, 9, 12 of the sweep: expected .*, found none; run: (.+)$/m;
    const [, commands] = named.exec(run.stderr) ?? [];
    expect(commands).toMatch(/^softreg sweep --dataset .* && softreg sweep --resume .*shard-2$/);
    expect(existsSync(out)).toBe(false);

    const at = temporaryFolder();
    const softreg = `softreg() { "${process.execPath}" "${BIN}" "$@" --no-verify; }`;
    execFileSync('bash', ['-ec', `${softreg}; ${commands}`], {
      cwd: at,
      env: { ...process.env, SOFTREG_DATA_DIR: data },
      stdio: 'pipe',
    });
    const brought = join(at, 'sweep-3-of-3');
    expect(readConfig(brought)).toEqual(readConfig(three));
    const again = await merge([one, two, brought], out);
    expect(withoutSeconds(again.stdout)).toBe(withoutSeconds(table));
  });

  test('with a command for every setting that is not the usual one', async () => {
    const own = [
      ...['--optimizer', 'adam', '--beta1', '0.8', '--shuffle', '--seed', '3', '--l2', '0.1'],
      ...[
        '--penalize-bias',
        '--pixel-scale',
        '200',
        '--schedule',
        'step',
        '--decay-iterations',
        '5',
      ],
    ];
    const run = ['sweep', ...others, ...own, '--learning-rate', '0.01,0.02', '--batch-size', '20'];
    const one = join(folder, 'unusual');
    expect((await runCli([...run, '--shard', '1/2', '--out', one])).code).toBe(0);
    const { stderr } = await merge([one], join(folder, 'none'));
    const command = /run: softreg (.*)$/m.exec(stderr)?.[1] ?? '';
    const two = join(folder, 'unusual-2');
    const words = command.split(' ');
    const rest = ['--data-dir', data, '--no-verify', '--out', two];
    expect((await runCli([...words, ...rest])).code).toBe(0);
    const { shard, ...config } = readConfig(two);
    expect(shard).toEqual({ number: 2, count: 2 });
    expect(config).toMatchObject({
      settings: readConfig(one).settings,
      axes: readConfig(one).axes,
    });
    expect((await merge([one, two], join(folder, 'both'))).code).toBe(0);
  });

  const differences: [
    what: string,
    change: (config: ReturnType<typeof readConfig>) => void,
    expected: string,
  ][] = [
    [
      'grids',
      (config) => {
        config.axes.l2 = [0, 0.2];
      },
      '--l2 0,0.1, as in',
    ],
    [
      'settings',
      (config) => {
        config.settings.epochs = 3;
      },
      '--epochs 2, as in',
    ],
    [
      'settings that one alone has',
      (config) => {
        config.settings.clipNorm = 3;
      },
      '--clip-norm undefined, as in',
    ],
    [
      'pixel scales',
      (config) => {
        config.pixelScale = 256;
      },
      '--pixel-scale 0.5, as in',
    ],
    [
      'backends',
      (config) => {
        config.backend = 'wasm';
      },
      '--backend simd, as in',
    ],
    [
      'data sets',
      (config) => {
        config.dataset = 'kmnist';
      },
      '--dataset mnist, as in',
    ],
    [
      'data',
      (config) => {
        config.sha256.testLabels = '0'.repeat(64);
      },
      'SHA-256 of testLabels',
    ],
    [
      'orders',
      (config) => {
        config.stream = true;
      },
      '--stream false, as in',
    ],
  ];
  test.each(differences)('with other %s', async (_, change, expected) => {
    const [one, two] = shardFolders(2) as [string, string];
    const config = readConfig(two);
    change(config);
    // Settings of another grid would be refused where they are read.
    rmSync(join(two, 'settings'), { recursive: true });
    writeFileSync(join(two, 'sweep.json'), JSON.stringify(config));
    const out = join(temporaryFolder(), 'merged');
    const run = await merge([one, two], out);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(`${two}: expected ${expected}`);
    expect(run.stderr).toContain('merge shards of one sweep');
    expect(existsSync(out)).toBe(false);
  });

  test('with two results of a setting that disagree', async () => {
    const [one, two] = shardFolders(2, () => all) as [string, string];
    writeShard(whole, one, { number: 1, count: 1 }, all);
    writeShard(whole, two, { number: 1, count: 1 }, all);
    const path = join(two, 'settings', '00009', 'result.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/"seconds":[\d.]+/, '"seconds":12345'));
    expect((await merge([one, two], join(folder, 'agreeing'))).code).toBe(0);

    writeFileSync(path, text.replace(/("test":\{"errors":)\d+/, '$13'));
    const run = await merge([one, two], join(folder, 'disagreeing'));
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(`${two}, setting 9: expected the same result as in ${one}`);

    writeFileSync(path, text);
    const models = join(two, 'settings');
    cpSync(join(models, '00010', 'best.safetensors'), join(models, '00009', 'best.safetensors'));
    const model = await merge([one, two], join(folder, 'disagreeing'));
    expect(model.code).toBe(3);
    expect(model.stderr).toContain(`${two}, setting 9: expected the same result`);
  });

  test('into a folder that has a sweep, from one that has none, and without --out', async () => {
    const used = await merge([whole], whole);
    expect([used.code, used.stderr]).toEqual([
      2,
      expect.stringContaining('--out: expected a folder'),
    ]);
    const none = await merge([whole, data], join(folder, 'nowhere'));
    expect([none.code, none.stderr]).toEqual([
      3,
      expect.stringContaining(join(data, 'sweep.json')),
    ]);
    expect((await runCli(['sweep', 'merge', whole])).code).toBe(2);
    expect((await runCli(['sweep', 'merge', '--out', folder])).code).toBe(2);
  });
});
