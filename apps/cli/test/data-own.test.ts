import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { NAMES, serve, writeJson, writeOwnSet } from './own-set.js';
import { runCli } from './run-cli.js';

const README = new URL('../README.md', import.meta.url);

let home: string;
let files: string;
let json: string;
let out: string;

beforeEach(() => {
  home = temporaryFolder();
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'));
  vi.stubEnv('LOCALAPPDATA', join(home, 'cache'));
  files = join(home, 'files');
  json = writeJson(join(home, 'bars.json'), writeOwnSet(files));
  out = join(home, 'run');
});

const train = (...flags: string[]) => {
  const some = ['--batch-size', '50', '--backend', 'wasm', '--out', out];
  return runCli(['train', ...some, ...flags]);
};

describe('--dataset FILE.json', () => {
  test('trains, scores and predicts on files in a folder, which must have its checksums', async () => {
    const own = ['--dataset', json, '--data-dir', files];
    const { code, stderr } = await train(...own, '--epochs', '8');
    expect(code).toBe(0);
    expect(stderr).toContain('training on 300 images of bars ');
    const model = join(out, 'best.safetensors');
    expect(stderr).toContain(`softreg predict ${model} --dataset ${json}\n`);
    const score = await runCli(['evaluate', model, ...own, '--backend', 'wasm']);
    expect(score.stdout).toMatch(/^data {3}bars, test set$/m);
    expect(score.stdout).toMatch(/^seven +/m);
    const rows = await runCli(['predict', model, ...own, '--count', '3']);
    expect(rows.stdout).toMatch(/^test 0 {2}(zero|one|two|three|four|five|six|seven|eight|nine) /);
    const bench = ['--backend', 'wasm', '--seconds', '0.05', '--rounds', '1', '--json'];
    const measured = await runCli(['bench', ...own, ...bench]);
    expect(measured.stdout).toContain('"bars"');

    const path = join(files, 't10k-labels-idx1-ubyte');
    const changed = readFileSync(path);
    changed[20] = ((changed[20] as number) + 1) % 10;
    writeFileSync(path, changed);
    const refused = await train(...own);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/expected SHA-256 [0-9a-f]{64}, that of bars among noise/);
  });

  test('shows class names, and takes them for --label', async () => {
    const argv = ['data', 'show', '--dataset', json, '--data-dir', files, '--json'];
    const { stdout } = await runCli([...argv, '--label', 'Seven', '--count', '1']);
    expect(JSON.parse(stdout)).toMatchObject({ label: 7, className: 'seven' });
    const { stderr } = await runCli([...argv, '--label', 'ten']);
    expect(stderr).toMatch(
      /^error: --label: expected 0 to 9, or one of zero, one, .*, found ten\n$/,
    );
    const text = await runCli(['data', 'show', '--dataset', json, '--data-dir', files]);
    expect(text.stdout).toMatch(/^#0 {2}\d (zero|one|two|three|four|five|six|seven|eight|nine) /);
  });

  // macOS has no variable that moves the cache.
  test.skipIf(process.platform === 'darwin')(
    'comes from its mirror and stays in the cache; what is damaged there is fetched again, aloud',
    async () => {
      const { url, host, requests } = await serve(files);
      writeJson(json, writeOwnSet(files, [url]));
      const flags = ['--dataset', json, '--epochs', '1'];
      const first = await train(...flags);
      expect(first.code).toBe(0);
      expect(first.stderr).toContain(`fetching ${NAMES[3]} from ${host}\ntraining on`);
      expect((await train(...flags)).stderr).not.toContain('fetching');
      expect(requests).toHaveLength(4);

      const cache = (await runCli(['data', 'path', json])).stdout.trim();
      const path = join(cache, `${NAMES[1]}.gz`);
      for (const command of ['train', 'evaluate', 'predict']) {
        writeFileSync(path, gzipSync('nonsense'));
        const argv =
          command === 'train'
            ? [command, ...flags, '--batch-size', '50', '--backend', 'wasm', '--out', out]
            : [
                command,
                join(out, 'best.safetensors'),
                '--dataset',
                json,
                ...(command === 'evaluate' ? ['--backend', 'wasm'] : []),
              ];
        const { code, stderr } = await runCli(argv);
        expect(code).toBe(0);
        expect(stderr).toMatch(
          /^DAMAGED: .*train-labels-idx1-ubyte\.gz: expected .*; a good copy is fetched in its place\nfetching train-labels/m,
        );
      }
      writeFileSync(path, gzipSync('nonsense'));
      const offline = await runCli(['train', ...flags, '--backend', 'wasm', '--out', out], {
        env: { SOFTREG_OFFLINE: '1' },
      });
      expect(offline.code).toBe(4);
      expect(offline.stderr).toMatch(/found a damaged one \(expected .*\); fetch it once/);
    },
  );

  describe('a run on it', () => {
    const folder = () => ['--data-dir', files];

    /** Interrupted in its third epoch. */
    async function interrupted(dataset: string) {
      const controller = new AbortController();
      const some = ['--batch-size', '50', '--backend', 'wasm', '--epochs', '5', '--out', out];
      const argv = ['train', '--dataset', dataset, ...folder(), ...some];
      const onStdout = (text: string) => {
        if (text.startsWith('epoch 3')) controller.abort();
      };
      expect((await runCli(argv, { interrupt: controller.signal, onStdout })).code).toBe(130);
    }

    test('goes on with --resume alone, whatever the path was typed from', async () => {
      await interrupted(json);
      const { code, stdout, stderr } = await runCli(['train', '--resume', out, ...folder()]);
      expect(stderr).toContain('training on 300 images of bars ');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^epoch 5, minibatch 6\/6, validation error/m);
    });

    test('says what to give where the JSON file has moved, and goes on with that', async () => {
      await interrupted(json);
      const moved = join(home, 'elsewhere.json');
      renameSync(json, moved);
      const lost = await runCli(['train', '--resume', out, ...folder()]);
      expect(lost.code).toBe(3);
      expect(lost.stderr).toBe(
        `error: ${json}: expected a data set entry in JSON, found no regular file of that name; ` +
          'give the path where it is now (to train, with --dataset)\n',
      );
      const found = await runCli(['train', '--resume', out, '--dataset', moved, ...folder()]);
      expect(found.code).toBe(0);
      expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).entry).toBe(moved);
    });

    test('does not go on with another set', async () => {
      await interrupted(json);
      const named = await runCli(['train', '--resume', out, '--dataset', 'mnist', ...folder()]);
      expect(named.code).toBe(2);
      expect(named.stderr).toContain(
        '--dataset: expected bars, as in the run to resume, found mnist',
      );
      const other = writeJson(join(home, 'other.json'), { ...writeOwnSet(files), name: 'others' });
      const renamed = await runCli(['train', '--resume', out, '--dataset', other, ...folder()]);
      expect(renamed.code).toBe(2);
      expect(renamed.stderr).toContain(
        '--dataset: expected bars, as in the run to resume, found others',
      );
    });
  });

  describe('is refused', () => {
    const good = () => writeOwnSet(files) as unknown as Record<string, unknown>;
    test.each([
      [
        'that is not there',
        () => undefined,
        /bars\.json: .*found no regular file of that name; give the path/,
      ],
      ['that is no JSON', () => 'hello', /bars\.json: expected JSON, found /],
      [
        'without a name',
        () => ({ ...good(), name: undefined }),
        /bars\.json: expected a field name, found none/,
      ],
      [
        'of the name of a known set',
        () => ({ ...good(), name: 'mnist' }),
        /name: expected a name that no built-in/,
      ],
      [
        'of the name of the digits',
        () => ({ ...good(), name: 'digits' }),
        /name: expected a name that no built-in/,
      ],
      [
        'with a mirror without https',
        () => ({ ...good(), mirrors: ['http://example.org/'] }),
        /mirrors\[0\]: expected the https/,
      ],
      [
        'without files',
        () => ({ ...good(), files: {} }),
        /files: expected a field trainImages, found none/,
      ],
    ])('a file %s', async (_, content, message) => {
      const value = content();
      const path = join(home, 'bad', 'bars.json');
      mkdirSync(join(home, 'bad'));
      if (value !== undefined)
        writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
      for (const argv of [
        ['train', '--dataset', path, '--backend', 'wasm', '--out', out],
        ['data', 'fetch', path],
        ['data', 'verify', path],
        ['data', 'show', '--dataset', path],
      ]) {
        const { code, stdout, stderr } = await runCli(argv);
        expect(stderr).toMatch(/^error: [^\n]+\n$/);
        expect(stderr).toMatch(message);
        expect([code, stdout]).toEqual([3, '']);
      }
      expect(() => readdirSync(out)).toThrow('ENOENT');
    });
  });

  test('is documented by an example that works', async () => {
    const [, example = ''] =
      /^```json\n(\{\n {2}"name": "my-digits"[\s\S]*?)^```$/m.exec(readFileSync(README, 'utf8')) ??
      [];
    const described = JSON.parse(example);
    // Checksums and sizes are those of files that a reader has; here of others.
    const { files: known } = writeOwnSet(files);
    for (const [part, file] of Object.entries<{ name: string }>(described.files)) {
      renameSync(join(files, (known[part] as { name: string }).name), join(files, file.name));
      Object.assign(file, { ...known[part], name: file.name });
    }
    const path = writeJson(join(home, 'my-digits.json'), described);
    const list = await runCli(['data', 'list', path, '--data-dir', files]);
    expect(list.stdout).toMatch(/^my-digits +360 \+ 100 .* +\/?.*files$/m);
    const verify = await runCli(['data', 'verify', path, '--data-dir', files]);
    expect(verify.stdout.match(/ good /g)).toHaveLength(4);
    expect((await train('--dataset', path, '--data-dir', files, '--epochs', '1')).code).toBe(0);
  });
});
