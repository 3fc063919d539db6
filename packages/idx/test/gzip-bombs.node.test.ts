import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fullScale, temporaryFolder, zeroBomb, zeroBombOfMembers } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const MIB = 2 ** 20;

// Reads one file, in several manners, in a process of its own. Counts what comes out of the decompressor, and prints by how much memory
// grew at the most, garbage included.
const MEASURE = `
  import { readFileSync } from 'node:fs';
  import { gzipSync } from 'node:zlib';
  import { openSequentialRows, readIdx, readRawIdx } from '@softreg/idx';

  let unpacked = 0;
  const Platform = DecompressionStream;
  globalThis.DecompressionStream = class {
    constructor(format) {
      const { readable, writable } = new Platform(format);
      const reader = readable.getReader();
      this.writable = writable;
      this.readable = new ReadableStream({
        async pull(controller) {
          const { done, value } = await reader.read();
          unpacked += value?.length ?? 0;
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      }, { highWaterMark: 0 });
    }
  };

  const [path, manners, maxBytes] = process.argv.slice(1);
  const READ = {
    readIdx: (bytes) => readIdx(bytes, { maxBytes: Number(maxBytes) }),
    readRawIdx: (bytes) => readRawIdx(new Blob([bytes]), { maxBytes: Number(maxBytes) }),
    stream: (bytes) => readIdx(new Blob([bytes]).stream(), { maxBytes: Number(maxBytes) }),
    async openSequentialRows(bytes) {
      const rows = await openSequentialRows(bytes, { maxBytes: Number(maxBytes) });
      let count = 0;
      for await (const block of rows.blocks(100)) count += block.shape[0];
      return { shape: [count] };
    },
  };
  const outcomeOf = (manner, bytes) =>
    READ[manner](bytes).then(({ shape, length }) => String(shape ?? length), (error) => error.code);
  const bytes = readFileSync(path);
  // Once for what any first use takes.
  const small = gzipSync(Buffer.concat([Buffer.of(0, 0, 8, 1, 0, 3, 0, 0), Buffer.alloc(3 * 2 ** 16)]));
  for (const manner of Object.keys(READ)) await outcomeOf(manner, small);
  gc();
  const before = process.memoryUsage.rss();
  const runs = [];
  for (const manner of manners.split(',')) {
    // What another manner left is not this one's.
    gc();
    unpacked = 0;
    const started = performance.now();
    const outcome = await outcomeOf(manner, bytes);
    runs.push({ outcome, unpacked, milliseconds: performance.now() - started });
  }
  console.log(JSON.stringify({ runs, size: bytes.length, growth: 1024 * process.resourceUsage().maxRSS - before }));`;

interface Measured {
  readonly runs: readonly { outcome: string; unpacked: number; milliseconds: number }[];
  readonly size: number;
  readonly growth: number;
}

async function measured(
  path: string,
  manners: readonly string[],
  maxBytes: number,
): Promise<Measured> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', MEASURE, path, `${manners}`, `${maxBytes}`],
    { cwd: PACKAGE },
  );
  return JSON.parse(stdout) as Measured;
}

const SIZES = fullScale ? [10, 100, 1024, 10_240] : [10, 100, 1024];
const LIMIT_MS = fullScale ? 10 * 60_000 : 60_000;
const CAP = 4 * MIB;
const MANNERS = ['readIdx', 'readRawIdx', 'stream', 'openSequentialRows'];

/** `count` images of 1024 bytes. */
function imagesHeader(count: number): Uint8Array {
  const head = Buffer.from([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 32]);
  head.writeUInt32BE(count, 4);
  return head;
}

describe.each(SIZES)(
  'a gzip bomb of %d MiB',
  (size) => {
    const folder = temporaryFolder();
    const bomb = (name: string, bytes: Uint8Array) => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    };
    const cut = (head: Uint8Array) => zeroBomb(head, size, { isCut: true });
    const cases: [string, string, RegExp, number][] = [
      ['without a header', bomb('none', cut(new Uint8Array(0))), /^IDX_UNKNOWN_TYPE$/, 0],
      ['that says its size', bomb('more', cut(imagesHeader(1024 * size))), /^IDX_TOO_LARGE$/, 0],
      ['that says less', bomb('less', cut(imagesHeader(1024))), /^IDX_TRAILING_BYTES$/, MIB],
      [
        'of many members',
        bomb('members', zeroBombOfMembers(imagesHeader(2048), size)),
        // Newer versions of Node do not look beyond the first member.
        /^IDX_(TRAILING_BYTES|BAD_GZIP)$/,
        2 * MIB,
      ],
    ];

    test.each(cases)('%s', async (_, path, code, bytes) => {
      const measure = await measured(path, MANNERS, CAP);
      expect(measure.runs).toHaveLength(MANNERS.length);
      for (const { outcome, unpacked, milliseconds } of measure.runs) {
        expect(outcome).toMatch(code);
        expect(unpacked).toBeLessThanOrEqual(bytes + MIB / 16);
        expect(milliseconds).toBeLessThan(1000);
      }
      expect(measure.growth).toBeLessThan(4 * measure.size + 16 * MIB);
    });

    // The long ones in full runs alone.
    if (size > 100 && !fullScale) return;
    test('that is as large as it says is walked through in the same memory, whatever its size', async () => {
      const path = bomb('true', zeroBomb(imagesHeader(1024 * size), size));
      const { runs, growth } = await measured(path, ['openSequentialRows'], 2 ** 40);
      expect(runs).toMatchObject([{ outcome: `${1024 * size}`, unpacked: 16 + size * MIB }]);
      // Mostly chunks that are not collected yet: how many depends on the machine, but not on the size.
      expect(growth).toBeLessThan(96 * MIB);
    });
  },
  LIMIT_MS,
);
