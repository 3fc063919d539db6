import { readFileSync } from 'node:fs';

/** The lines that a README shows after `$ softreg COMMAND`, or in its log of a run; `...` stands for lines left out. */
export function shownLines(readme: URL, firstLine: RegExp): string[] {
  const text = readFileSync(readme, 'utf8');
  for (const [, block = ''] of text.matchAll(/^```text\n((?:(?!```).*\n)*)```$/gm)) {
    const [first = '', ...rest] = block.trimEnd().split('\n');
    if (!firstLine.test(first)) continue;
    const lines = first.startsWith('$ ') ? rest : [first, ...rest];
    return lines.filter((line) => line !== '...');
  }
  throw new Error(`no block of ${readme} begins with ${firstLine}`);
}
