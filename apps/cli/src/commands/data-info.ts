import type { IdxSummary } from '@softreg/datasets';
import { describeFile } from '../data/describe-file.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, table } from '../format.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';

/** `softreg data info FILE...` */
export async function dataInfoCommand(
  files: readonly string[],
  flags: CommonFlags,
  io: Io,
): Promise<ExitCode> {
  for (const [i, file] of files.entries()) {
    const summary = await describeFile(file);
    if (flags.json) {
      printLine(io.stdout, JSON.stringify({ event: 'info', file, ...summary }));
    } else {
      if (i > 0) printLine(io.stdout);
      printLine(io.stdout, asText(file, summary));
    }
  }
  return EXIT.done;
}

function asText(file: string, summary: IdxSummary): string {
  const { type, shape, elements, min, max, mean, zeros, counts } = summary;
  const rows = [
    ['file', file],
    ['type', type],
    ['shape', shape.join(' x ') || 'a single number'],
    ['elements', grouped(elements)],
  ];
  if (mean !== undefined && zeros !== undefined) {
    rows.push(
      ['minimum', `${min}`],
      ['maximum', `${max}`],
      ['mean', mean.toFixed(4)],
      ['zeros', `${(100 * zeros).toFixed(2)} %`],
    );
  }
  const lines = [table(rows, [0, 1])];
  if (counts !== undefined) {
    const histogram = counts.map(({ value, count }) => [`${value}`, grouped(count)]);
    lines.push('', table([['value', 'count'], ...histogram]));
  }
  return lines.join('\n');
}
