import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { NAMES, PARTS, writeJson, writeOwnSet } from './own-set.js';
import { runCli } from './run-cli.js';

const lines = (text: string) => text.trimEnd().split('\n');
const objects = (text: string) => lines(text).map((line) => JSON.parse(line));
const GZIPPED = NAMES.map((name) => `${name}.gz`);
const mnist = mnistFolder();

// macOS has no variable that moves the cache.
describe.skipIf(process.platform === 'darwin')('the cache', () => {
  let home: string;
  let files: string;
  let json: string;
  let all: string;
  let cache: string;

  beforeEach(async () => {
    home = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', home);
    vi.stubEnv('LOCALAPPDATA', home);
    files = join(home, 'my files');
    json = writeJson(join(home, 'bars.json'), writeOwnSet(files));
    all = (await runCli(['data', 'path'])).stdout.trim();
    cache = join(all, 'bars');
  });

  /** As a download leaves it. */
  function fill(names: readonly string[] = NAMES): void {
    mkdirSync(cache, { recursive: true });
    for (const name of names) {
      writeFileSync(join(cache, `${name}.gz`), gzipSync(readFileSync(join(files, name))));
    }
  }

  const sizeOf = (name: string) => statSync(join(cache, name)).size;

  describe('data path', () => {
    test('prints the folder of all sets or of one, and nothing else', async () => {
      expect(all.startsWith(home)).toBe(true);
      for (const [argv, path] of [
        [[], all],
        [['mnist'], join(all, 'mnist')],
        [['digits'], join(all, 'digits')],
        [[json], join(all, 'bars')],
      ] as const) {
        const { code, stdout, stderr } = await runCli(['data', 'path', ...argv]);
        expect([code, stdout, stderr]).toEqual([0, `${path}\n`, '']);
      }
      const { stdout } = await runCli(['data', 'path', 'mnist', '--json']);
      expect(JSON.parse(stdout)).toEqual({ event: 'path', path: join(all, 'mnist') });
    });

    test('of a set that nobody knows exits with 2', async () => {
      const { code, stdout, stderr } = await runCli(['data', 'path', 'cifar']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toBe(
        'error: data set: expected mnist, fashion-mnist, kmnist, digits, found cifar; ' +
          "a set of your own is named by its .json file, the tutorial's by its .pkl.gz\n",
      );
    });
  });

  describe('data list', () => {
    test('has all sets known by name, and where they are', async () => {
      const { code, stdout, stderr } = await runCli(['data', 'list']);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(lines(stdout)).toHaveLength(5);
      expect(stdout).toMatch(/^mnist +60,000 \+ 10,000 {2}MNIST handwritten digits +not here$/m);
      expect(stdout).toMatch(/^digits +60,000 \+ 10,000 {2}built-in digits, .* +built in$/m);
    });

    test('has a set of the user, in a folder and in the cache', async () => {
      fill(NAMES.slice(0, 3));
      const bytes = GZIPPED.slice(0, 3).reduce((sum, name) => sum + sizeOf(name), 0);
      const argv = ['data', 'list', json, '--data-dir', files];
      expect((await runCli(argv)).stdout).toMatch(
        new RegExp(
          `^bars +360 \\+ 100 {2}bars among noise {2}${files}; cache, 3 of 4 files, [\\d.]+ kB$`,
          'm',
        ),
      );
      const { stdout } = await runCli([...argv, '--json']);
      expect(objects(stdout)).toEqual([
        {
          event: 'data set',
          name: 'bars',
          title: 'bars among noise',
          train: 360,
          test: 100,
          builtIn: false,
          folder: files,
          cache: { path: cache, files: 3, bytes },
        },
      ]);
    });

    test('says that the cache has more', async () => {
      fill();
      const { stderr } = await runCli(['data', 'list']);
      expect(stderr).toBe('also in the cache: bars; for these: softreg data list FILE.json\n');
    });

    test('a folder that lacks a file, or has another set of the same names, has not the set', async () => {
      const argv = ['data', 'list', 'mnist', json, '--json'];
      const env = { SOFTREG_DATA_DIR: files };
      const folders = objects((await runCli(argv, { env })).stdout).map(({ folder }) => folder);
      expect(folders).toEqual([null, files]);
      rmSync(join(files, PARTS.trainLabels));
      const less = objects((await runCli(argv, { env })).stdout).map(({ folder }) => folder);
      expect(less).toEqual([null, null]);
    });

    test.skipIf(mnist === undefined)(
      'finds MNIST in $SOFTREG_DATA_DIR, and no other set',
      async () => {
        const env = { SOFTREG_DATA_DIR: mnist ?? '' };
        const found = objects((await runCli(['data', 'list', '--json'], { env })).stdout);
        expect(found.filter(({ folder }) => folder === mnist).map(({ name }) => name)).toEqual([
          'mnist',
        ]);
      },
    );

    test('a folder that is not there exits with 3', async () => {
      const { code, stderr } = await runCli(['data', 'list', '--data-dir', join(home, 'none')]);
      expect(code).toBe(3);
      expect(stderr).toMatch(/^error: .*none: expected a folder .*found no such folder[^\n]*\n$/);
    });
  });

  describe('data verify', () => {
    test('tells good, missing and damaged files apart, and what to do', async () => {
      fill();
      const good = await runCli(['data', 'verify', json]);
      expect([good.code, good.stderr]).toEqual([0, '']);
      expect(lines(good.stdout)[0]).toBe(`bars, in ${cache}`);
      expect(good.stdout.match(/^.*-ubyte +good {2}[\d,]+ bytes$/gm)).toHaveLength(4);

      rmSync(join(cache, GZIPPED[1] as string));
      const missing = await runCli(['data', 'verify', json]);
      expect(missing.code).toBe(0);
      expect(missing.stdout).toMatch(/^train-labels-idx1-ubyte +missing$/m);
      expect(missing.stderr).toBe(`bars: bring what is missing with: softreg data fetch ${json}\n`);

      writeFileSync(join(cache, GZIPPED[3] as string), 'nonsense');
      const damaged = await runCli(['data', 'verify', json]);
      expect(damaged.code).toBe(3);
      expect(damaged.stdout).toMatch(
        /^t10k-labels-idx1-ubyte +damaged {2}expected an IDX file.*, found 0x6e 0x6f$/m,
      );
      expect(damaged.stderr).toBe(`bars: bring good copies with: softreg data fetch ${json}\n`);
    });

    test('--json', async () => {
      fill();
      writeFileSync(join(cache, GZIPPED[3] as string), 'nonsense');
      const { code, stdout } = await runCli(['data', 'verify', json, '--json']);
      expect(code).toBe(3);
      const found = objects(stdout);
      expect(found.map(({ state }) => state)).toEqual(['good', 'good', 'good', 'damaged']);
      expect(found[0]).toMatchObject({
        event: 'file',
        dataset: 'bars',
        file: NAMES[0],
        path: join(cache, GZIPPED[0] as string),
        bytes: sizeOf(GZIPPED[0] as string),
      });
    });

    test('looks in a folder, and tells how to repair it', async () => {
      const argv = ['data', 'verify', json, '--data-dir', files];
      expect((await runCli(argv)).code).toBe(0);
      const path = join(files, PARTS.testLabels);
      writeFileSync(path, readFileSync(path).subarray(0, 50));
      const { code, stdout, stderr } = await runCli(argv);
      expect(code).toBe(3);
      expect(stdout).toContain(`bars, in ${files}\n`);
      expect(stdout).toMatch(
        /^t10k-labels-idx1-ubyte +damaged {2}expected 108 bytes.*after 50 bytes/m,
      );
      expect(stderr).toBe(
        `bars: bring good copies with: rm '${path}' && softreg data fetch ${json} --out '${files}'\n`,
      );
    });

    test('without names checks what is in the cache, which may be nothing', async () => {
      const env = { SOFTREG_DATA_DIR: files };
      const nothing = await runCli(['data', 'verify'], { env });
      expect([nothing.code, nothing.stdout]).toEqual([0, '']);
      expect(nothing.stderr).toBe(
        `nothing is in the cache, ${all}\n` +
          `for $SOFTREG_DATA_DIR: softreg data verify --data-dir '${files}'\n`,
      );
      mkdirSync(join(all, 'kmnist'), { recursive: true });
      writeFileSync(join(all, 'kmnist', GZIPPED[0] as string), 'nonsense');
      fill();
      const { code, stdout, stderr } = await runCli(['data', 'verify']);
      expect(code).toBe(3);
      expect(lines(stdout)[0]).toBe(`kmnist, in ${join(all, 'kmnist')}`);
      expect(stdout).not.toContain('bars');
      expect(stderr).toContain(
        'also in the cache: bars; for these: softreg data verify FILE.json\n',
      );
    });

    test.skipIf(mnist === undefined)(
      'finds MNIST good in its folder, and names it where another set is asked for',
      async () => {
        const folder = ['--data-dir', mnist ?? ''];
        expect((await runCli(['data', 'verify', ...folder])).code).toBe(0);
        const { code, stdout } = await runCli(['data', 'verify', 'fashion-mnist', ...folder]);
        expect(code).toBe(3);
        expect(
          stdout.match(/damaged {2}expected .*, found that of MNIST handwritten digits$/gm),
        ).toHaveLength(4);
      },
    );
  });

  describe('data prune', () => {
    const LEFTOVER = `.${GZIPPED[0]}.0123456789ab.tmp`;
    const YOUNG = `.${GZIPPED[1]}.0123456789ab.tmp`;

    beforeEach(() => {
      fill();
      writeFileSync(join(cache, GZIPPED[3] as string), 'nonsense');
      for (const [name, days] of [
        [LEFTOVER, 2],
        [YOUNG, 0],
      ] as const) {
        writeFileSync(join(cache, name), 'half');
        const time = new Date(Date.now() - days * 86_400_000);
        utimesSync(join(cache, name), time, time);
      }
      writeFileSync(join(cache, 'notes.txt'), 'mine');
    });

    test('removes leftovers and damaged files, and tells what was freed', async () => {
      const { code, stdout } = await runCli(['data', 'prune', json]);
      expect(code).toBe(0);
      expect(lines(stdout)).toEqual([
        `removed ${join(cache, LEFTOVER)}         4  a leftover`.replace(/ {9}/, '  '),
        expect.stringMatching(/^removed .*t10k-labels-idx1-ubyte\.gz +8 {2}damaged$/),
        '2 files, 12 bytes freed',
      ]);
      expect(readdirSync(cache).sort()).toEqual(
        [YOUNG, 'notes.txt', ...GZIPPED.slice(0, 3)].sort(),
      );
      expect((await runCli(['data', 'prune', json])).stdout).toBe('0 files, 0 bytes freed\n');
    });

    test.each([[[]], [['--all']]])(
      '--dry-run %j tells the same, and removes nothing',
      async (flags) => {
        const before = readdirSync(cache);
        const argv = ['data', 'prune', json, '--json', ...flags];
        const dry = objects((await runCli([...argv, '--dry-run'])).stdout);
        expect(readdirSync(cache)).toEqual(before);
        const real = objects((await runCli(argv)).stdout);
        expect(dry).toEqual(real.map((event) => ({ ...event, dryRun: true })));
        expect(real.at(-1)).toMatchObject({ event: 'done', files: flags.length > 0 ? 6 : 2 });
        const text = await runCli(['data', 'prune', json, '--dry-run']);
        expect(text.stdout).toMatch(/0 bytes would be freed\n$/);
      },
    );

    test('--all removes the good ones too, and what is not ours stays', async () => {
      const { stdout } = await runCli(['data', 'prune', json, '--all']);
      expect(stdout).toMatch(/^6 files, [\d,]+ bytes freed$/m);
      expect(readdirSync(cache)).toEqual(['notes.txt']);
    });

    test('without names prunes the sets known by name', async () => {
      mkdirSync(join(all, 'kmnist'), { recursive: true });
      writeFileSync(join(all, 'kmnist', GZIPPED[0] as string), 'nonsense');
      const { stdout, stderr } = await runCli(['data', 'prune']);
      expect(stdout).toMatch(/^1 file, 8 bytes freed$/m);
      expect(readdirSync(all)).toEqual(['bars']);
      expect(stderr).toBe('also in the cache: bars; for these: softreg data prune FILE.json\n');
    });
  });

  test('a cache that cannot be read exits with 4', async () => {
    mkdirSync(all, { recursive: true });
    writeFileSync(join(all, 'bars'), 'a file in the way');
    for (const command of ['list', 'prune']) {
      const { code, stderr } = await runCli(['data', command, json]);
      expect(stderr).toMatch(/^error: .*bars: expected a folder that can be read, found [^\n]+\n$/);
      expect(code).toBe(4);
    }
  });
});
