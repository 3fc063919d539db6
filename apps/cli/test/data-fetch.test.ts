import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, NAMES, PARTS, serve, writeJson, writeOwnSet } from './own-set.js';
import { runCli } from './run-cli.js';

const lines = (text: string) => text.trimEnd().split('\n');
const GZIPPED = NAMES.map((name) => `${name}.gz`);

// macOS has no variable that moves the cache, and these tests must not touch the user's own.
describe.skipIf(process.platform === 'darwin')('data fetch', () => {
  let files: string;
  let json: string;
  let cache: string;

  beforeEach(() => {
    const home = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', home);
    vi.stubEnv('LOCALAPPDATA', home);
    files = join(home, 'files');
    json = join(home, 'bars.json');
    cache = join(home, 'softreg', 'datasets', 'bars');
    // On Windows there is a folder of another name in between.
    if (process.platform === 'win32') cache = join(home, 'softreg', 'Cache', 'datasets', 'bars');
  });

  async function mirror(answer?: Answer) {
    const server = await serve(files, answer);
    writeJson(json, writeOwnSet(files, [server.url]));
    return server;
  }

  const contentOf = (folder: string, name: string) =>
    gunzipSync(readFileSync(join(folder, `${name}.gz`)));

  describe('into the cache', () => {
    test('brings all files, says where from, and the next time that they were there', async () => {
      const { host, requests } = await mirror();
      const { code, stdout, stderr } = await runCli(['data', 'fetch', json]);
      expect(code).toBe(0);
      expect(readdirSync(cache).sort()).toEqual([...GZIPPED].sort());
      for (const name of NAMES) {
        expect(contentOf(cache, name).equals(readFileSync(join(files, name)))).toBe(true);
        const bytes = statSync(join(cache, `${name}.gz`)).size.toLocaleString('en-US');
        expect(stdout).toMatch(
          new RegExp(`^${join(cache, name)}.gz +${bytes}  from ${host}$`, 'm'),
        );
      }
      expect(lines(stderr)).toEqual([
        ...NAMES.map((name) => `fetching ${name} from ${host}`),
        `train on it with: softreg train --dataset ${json}`,
      ]);
      const again = await runCli(['data', 'fetch', json]);
      expect(again.stdout.match(/ was there$/gm)).toHaveLength(4);
      expect(again.stderr).not.toContain('fetching');
      expect(requests).toHaveLength(4);
    });

    test('--json gives an object a file', async () => {
      const { url } = await mirror();
      const { stdout } = await runCli(['data', 'fetch', json, '--json', '--quiet']);
      const path = join(cache, GZIPPED[0] as string);
      expect(lines(stdout).map((line) => JSON.parse(line))).toHaveLength(4);
      expect(JSON.parse(lines(stdout)[0] as string)).toEqual({
        event: 'file',
        dataset: 'bars',
        file: NAMES[0],
        path,
        bytes: statSync(path).size,
        from: url,
      });
    });

    test('replaces a damaged file and says so aloud', async () => {
      await mirror();
      await runCli(['data', 'fetch', json]);
      const path = join(cache, GZIPPED[2] as string);
      writeFileSync(path, readFileSync(path).subarray(0, 200));
      const { code, stdout, stderr } = await runCli(['data', 'fetch', json]);
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^DAMAGED: .*t10k-images-idx3-ubyte\.gz: expected .*, found .*; a good copy is fetched in its place$/m,
      );
      expect(stdout.match(/ was there$/gm)).toHaveLength(3);
      expect(contentOf(cache, PARTS.testImages)).toEqual(
        readFileSync(join(files, PARTS.testImages)),
      );
    });

    test('tells of what it tries again', async () => {
      let busy = true;
      const { host } = await mirror((response, good) => {
        if (busy) response.writeHead(503, { 'retry-after': '0' }).end();
        else response.end(good);
        busy = false;
      });
      const { code, stderr } = await runCli(['data', 'fetch', json]);
      expect(code).toBe(0);
      expect(stderr).toContain(
        `${NAMES[0]}: ${host} answered 503; asking again in 0.0 s\nfetching ${NAMES[1]} `,
      );
    });

    test('where no mirror has it exits with 4', async () => {
      await mirror((response) => response.writeHead(404).end());
      const { code, stdout, stderr } = await runCli(['data', 'fetch', json]);
      expect(code).toBe(4);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: train-images-idx3-ubyte\.gz: .*answered 404.*--data-dir.*$/m);
    });

    test.each([
      [['--offline'], {}],
      [[], { SOFTREG_OFFLINE: '1' }],
    ])('offline by %j %j opens no socket', async (flags, env) => {
      const { requests } = await mirror();
      const argv = ['data', 'fetch', json, ...flags];
      const { code, stderr } = await runCli(argv, { env });
      expect(code).toBe(4);
      expect(stderr).toMatch(/^error: .*since nothing is downloaded offline, found no file/);
      expect(requests).toEqual([]);
      await runCli(['data', 'fetch', json]);
      expect((await runCli(argv, { env })).code).toBe(0);
    });

    test('that cannot be written exits with 4', async () => {
      await mirror();
      mkdirSync(join(cache, '..', '..'), { recursive: true });
      writeFileSync(join(cache, '..'), 'a file in the way');
      const { code, stderr } = await runCli(['data', 'fetch', json, '--quiet']);
      expect(code).toBe(4);
      expect(stderr).toMatch(/^error: .*datasets[/\\]bars[^\n]*expected a [^\n]+\n$/);
    });
  });

  test('stops when interrupted, exits with 130, and the next call goes on', async () => {
    const controller = new AbortController();
    const { requests } = await mirror((response, good, name) => {
      if (name === PARTS.testImages && !controller.signal.aborted) {
        response.write(good.subarray(0, 100));
        controller.abort();
      } else {
        response.end(good);
      }
    });
    const first = await runCli(['data', 'fetch', json], { interrupt: controller.signal });
    expect(first.code).toBe(130);
    expect(first.stdout).toBe('');
    expect(first.stderr).toMatch(/\ninterrupted; files that are complete stay: .*\n$/);
    expect(readdirSync(cache).sort()).toEqual([GZIPPED[0], GZIPPED[1]].sort());
    requests.length = 0;
    expect((await runCli(['data', 'fetch', json])).code).toBe(0);
    expect(requests).toEqual([PARTS.testImages, PARTS.testLabels]);
  });

  describe('progress', () => {
    const slow: Answer = (response, good) => {
      response.writeHead(200, { 'content-length': good.length });
      response.write(good.subarray(0, good.length / 2));
      setTimeout(() => response.end(good.subarray(good.length / 2)), 350);
    };

    test('on a terminal is a bar with bytes and rate', async () => {
      await mirror(slow);
      const { stderr } = await runCli(['data', 'fetch', json], { terminal: true });
      expect(stderr).toMatch(
        /train-images-idx3-ubyte {2}█+░* {2}[\d.]+ kB of [\d.]+ kB {2}[\d.]+ kB\/s/,
      );
    });

    test.each([
      [[], false],
      [['--quiet'], true],
    ])('is not drawn with %j on a terminal: %s', async (flags, terminal) => {
      await mirror(slow);
      const { stderr } = await runCli(['data', 'fetch', json, ...flags], { terminal });
      expect(stderr).not.toContain('█');
      if (flags.length > 0) expect(stderr).toBe('');
    });
  });

  describe('into a folder', () => {
    test('brings the files there, and train reads them', async () => {
      await mirror();
      const out = join(files, 'made', 'here');
      const { code, stderr } = await runCli(['data', 'fetch', json, '--out', out]);
      expect(code).toBe(0);
      expect(readdirSync(out).sort()).toEqual([...GZIPPED].sort());
      expect(() => readdirSync(cache)).toThrow('ENOENT');
      expect(stderr).toContain(`softreg train --dataset ${json} --data-dir ${out}`);
    });

    test.each([
      ['raw', (path: string) => path.replace(/\.gz$/, '')],
      ['gzipped', (path: string) => path],
    ])('leaves %s files of other data alone', async (form, place) => {
      const { requests } = await mirror();
      const out = join(files, 'out');
      const raw = form === 'raw' ? ['--raw'] : [];
      const sizes = ['--train', '6', '--test', '2'];
      await runCli(['data', 'fetch', 'digits', '--out', out, ...sizes, ...raw]);
      const before = readdirSync(out).map((name) => readFileSync(join(out, name)));
      const { code, stderr } = await runCli(['data', 'fetch', json, '--out', out]);
      expect(code).toBe(3);
      expect(stderr).toContain(
        `error: ${place(join(out, GZIPPED[0] as string))}: expected no file of that name, or one of bars`,
      );
      expect(readdirSync(out).map((name) => readFileSync(join(out, name)))).toEqual(before);
      expect(requests).toEqual([]);
    });

    test('replaces a damaged .gz there', async () => {
      await mirror();
      const out = join(files, 'out');
      await runCli(['data', 'fetch', json, '--out', out]);
      writeFileSync(join(out, GZIPPED[3] as string), 'what is left of it');
      const { code, stderr } = await runCli(['data', 'fetch', json, '--out', out]);
      expect(code).toBe(0);
      expect(stderr).toContain(`DAMAGED: ${join(out, GZIPPED[3] as string)}`);
      expect(contentOf(out, PARTS.testLabels)).toEqual(readFileSync(join(files, PARTS.testLabels)));
    });
  });
});
