import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const MIB = 2 ** 20;

// Reads one file in a process of its own and prints by how much its memory grew at the most, garbage included, and how long it took.
const MEASURE = `
  import { readTutorialData, readTutorialModel } from '@softreg/serialization';
  const MIB = 2 ** 20;
  const latin1 = (...texts) => Buffer.concat(texts.map((text) => typeof text === 'string' ? Buffer.from(text, 'latin1') : text));
  const uint32 = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
  const memoized = (make) => Buffer.from((make + '\\x94').repeat(10900).slice(0, 32000), 'latin1');
  const dtype = (type) => "cnumpy\\ndtype\\n(S'" + type + "'\\nI0\\nI1\\ntR(I3\\nS'<'\\nNNNI-1\\nI-1\\nI0\\ntb";
  const array = (type, shape, data) => latin1(
    "cnumpy.core.multiarray\\n_reconstruct\\n(cnumpy\\nndarray\\n(I0\\ntS'b'\\ntR(I1\\n(" + shape.map((side) => 'I' + side + '\\n').join('') + 't',
    dtype(type), 'I00\\n', 'T', uint32(data.length), data, 'tb');
  const set = (count, type, size, fill = 0) => latin1('(', array(type, [count, 784], Buffer.alloc(count * 784 * size, fill)), array('i8', [count], Buffer.alloc(8 * count)), 't');
  const files = {
    lists: () => latin1('(', memoized(']'), 't.'),
    dicts: () => latin1('(', memoized('}'), 't.'),
    records: () => latin1('ctheano.t\\nT\\nq\\x000(', Buffer.from('h\\0)\\x81'.repeat(10000), 'latin1'), 't.'),
    names: () => latin1('('.repeat(1), 'ctheano.t\\nT\\n'.repeat(30000), 't.'),
    entries: () => latin1('}(', Array.from({ length: 15000 }, (_, i) => 'J' + uint32(i).toString('latin1') + 'N').join(''), 'u.'),
    escapes: () => latin1("S'", '\\\\x00'.repeat(2 * MIB), "'\\n."),
    characters: () => latin1('V', '\\\\u4e16'.repeat(2 * MIB), '\\n.'),
    wide: () => latin1('V', Buffer.alloc(8 * MIB, 0xe9), '\\\\u4e16\\n.'),
    text: () => latin1('c_codecs\\nencode\\n(X', uint32(16 * MIB), Buffer.from('\\u00e9'.repeat(8 * MIB)), 'Vlatin1\\ntR.'),
    noise: () => Buffer.alloc(16 * MIB, 'N'),
    bytes: () => latin1('(', set(10000, 'f4', 4), set(2000, 'f4', 4), set(2000, 'f4', 4), 't.'),
    doubles: () => latin1('(', set(5000, 'f8', 8), set(2000, 'f8', 8), set(2000, 'f8', 8), 't.'),
    // One set three times: the most that a file can have made of it.
    again: () => latin1('(', set(10000, 'f4', 4, 0x3e), 'q\\x00h\\0h\\0t.'),
  };
  const input = new Uint8Array(files[process.argv[1]]());
  await readTutorialModel(new Uint8Array(3)).catch(() => undefined);
  gc();
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const outcome = await readTutorialData(input).then(() => 'data', (error) => error.code);
  console.log(JSON.stringify({
    outcome,
    size: input.length,
    milliseconds: performance.now() - started,
    growth: 1024 * process.resourceUsage().maxRSS - before,
  }));`;

describe('a file takes at most 4 times its size and 16 MiB', () => {
  test.each([
    ['lists', 'FILE_NOT_TUTORIAL_DATA'],
    ['dicts', 'FILE_NOT_TUTORIAL_DATA'],
    ['records', 'FILE_NOT_TUTORIAL_DATA'],
    ['names', 'FILE_NOT_TUTORIAL_DATA'],
    ['entries', 'FILE_NOT_TUTORIAL_DATA'],
    ['escapes', 'FILE_NOT_TUTORIAL_DATA'],
    ['characters', 'FILE_NOT_TUTORIAL_DATA'],
    ['wide', 'FILE_NOT_TUTORIAL_DATA'],
    ['text', 'FILE_NOT_TUTORIAL_DATA'],
    ['noise', 'FILE_TOO_LARGE'],
    ['bytes', 'data'],
    ['doubles', 'data'],
    ['again', 'data'],
  ])('%s', async (name, expected) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', '--input-type=module', '--eval', MEASURE, name],
      { cwd: PACKAGE },
    );
    const { outcome, size, growth, milliseconds } = JSON.parse(stdout) as Record<
      string,
      number | string
    >;
    expect(outcome).toBe(expected);
    expect(Number(growth) / MIB).toBeLessThan((4 * Number(size)) / MIB + 16);
    expect(milliseconds).toBeLessThan(5000);
  });
});
