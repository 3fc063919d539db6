import type { DataFlags } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, table } from '../format.js';
import { type Io, printLine } from '../io.js';
import { layout } from '../show/layout.js';
import { ofDataset, type SplitName } from '../show/of-dataset.js';
import { ofFile } from '../show/of-file.js';
import { inkOf } from '../show/paint.js';
import type { Choice, Picture, Pictures } from '../show/pictures.js';
import { type Sheet, writeSheet } from '../show/write-sheet.js';
import { UsageError } from '../usage-error.js';

export interface DataShowFlags extends DataFlags {
  readonly labels?: string;
  readonly from?: number;
  readonly count?: number;
  readonly split?: SplitName;
  readonly label?: string;
  readonly png?: string;
}

/** `softreg data show [FILE]` */
export async function dataShowCommand(
  file: string | undefined,
  flags: DataShowFlags,
  io: Io,
): Promise<ExitCode> {
  checkFlags(file, flags);
  const choice: Choice = {
    from: flags.from ?? 0,
    count: flags.count ?? (flags.png === undefined ? 10 : 100),
    label: flags.label,
  };
  const notice = (text: string) => {
    if (!flags.quiet) printLine(io.stderr, text);
  };
  const shown =
    file === undefined
      ? await ofDataset(flags, flags.split ?? 'test', choice, io)
      : await ofFile(file, flags.labels, choice, notice);
  if (flags.png !== undefined) {
    const sheet = await writeSheet(flags.png, shown.pictures);
    printLine(io.stdout, (flags.json ? sheetJson : sheetText)(flags.png, shown, sheet));
  } else if (flags.json) {
    for (const picture of shown.pictures) printLine(io.stdout, pictureJson(picture));
  } else {
    const columns = io.stdout.columns || 80;
    for (const line of layout(shown.pictures, columns, inkOf(io))) printLine(io.stdout, line);
  }
  return EXIT.done;
}

/** @throws UsageError for flags that say nothing of what is shown */
function checkFlags(file: string | undefined, flags: DataShowFlags): void {
  const needless =
    file === undefined ? (['labels'] as const) : (['dataset', 'dataDir', 'split'] as const);
  const given = needless.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  const flag = given === 'dataDir' ? '--data-dir' : `--${given}`;
  const [expected, found] =
    file === undefined
      ? ['an IDX file to go with it', 'none']
      : ['a data set alone', `file ${file}`];
  throw new UsageError(`${flag}: expected ${expected}, found ${found}; show the one or the other`);
}

function sheetText(path: string, { source, pictures }: Pictures, sheet: Sheet): string {
  const { width, height, columns } = sheet;
  const [first, last] = [pictures[0], pictures.at(-1)] as [Picture, Picture];
  const many = pictures.length > 1;
  const which = many ? `images ${first.index} to ${last.index}` : `image ${first.index}`;
  const head =
    `${path}: ${width} x ${height} pixels; ${grouped(pictures.length)} of ${source}: ${which}, ` +
    `row by row, ${columns} in a row`;
  if (first.label === undefined) return head;
  const rows: string[][] = [];
  for (let i = 0; i < pictures.length; i += columns) {
    const row = pictures.slice(i, i + columns);
    rows.push([`#${row[0]?.index}`, ...row.map(({ label }) => String(label))]);
  }
  return `${head}\n\nlabels, a line for each row and its first image:\n${table(rows)}`;
}

function sheetJson(path: string, { source, pictures }: Pictures, sheet: Sheet): string {
  const labels = pictures.map(({ label }) => label ?? null);
  const indices = pictures.map(({ index }) => index);
  return JSON.stringify({ event: 'sheet', path, source, ...sheet, indices, labels });
}

function pictureJson({ index, label, className, image }: Picture): string {
  const { height, width, data } = image;
  const known = { label: label ?? null, className: className ?? null };
  return JSON.stringify({
    event: 'image',
    index,
    ...known,
    height,
    width,
    pixels: Array.from(data),
  });
}
