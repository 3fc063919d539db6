import { type Command, Option } from 'commander';
import { parseCount, parseNumber } from './options.js';

/** Those that can run in Node. */
const BACKENDS = 'auto, cuda, tensorflow, webgpu, simd, wasm or cpu';

export function addDataFlags(command: Command, { named = false } = {}): Command {
  return command
    .option(
      '--dataset <name>',
      `data set: mnist, fashion-mnist, kmnist, digits (built in), the .json file of your own, or the tutorial's mnist.pkl.gz${named ? '' : ' (default: mnist)'}`,
    )
    .option('--data-dir <folder>', 'its IDX files, raw or .gz (default: $SOFTREG_DATA_DIR)')
    .option('--no-verify', 'accept files whose SHA-256 is not that of the data set');
}

export function addStreamFlag(command: Command): Command {
  return command.option(
    '--stream',
    'read images as they are needed, not all at once (default: of files larger than 1 GiB)',
  );
}

export function addBackendFlags(command: Command): Command {
  return command
    .option('--backend <name>', `where to compute: ${BACKENDS} (default: auto)`)
    .option('--probe', 'let auto measure the backends anew')
    .addOption(
      count(
        '--threads <count>',
        'threads to compute on, which only simd takes more than one of',
        'one a processor, at most 8',
      ),
    );
}

export function addCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON object a line')
    .option('--quiet', 'print results and errors alone')
    .option('--debug', 'print the stack trace of an error');
}

export function number(flags: string, description: string, shownDefault: string): Option {
  return parsed(flags, description, shownDefault, parseNumber);
}

/** A whole number of 1 or more. */
export function count(flags: string, description: string, shownDefault: string): Option {
  return parsed(flags, description, shownDefault, parseCount);
}

export function parsed<Value>(
  flags: string,
  description: string,
  shownDefault: string,
  parser: (flag: string) => (text: string) => Value,
): Option {
  const flag = flags.split(' ')[0] as string;
  return new Option(flags, `${description} (default: ${shownDefault})`).argParser(parser(flag));
}

/** A flag that may come more than once, each time with one item or more between commas. */
export function list<Item>(
  flags: string,
  description: string,
  shownDefault: string,
  parse: (item: string) => Item,
): Option {
  return new Option(flags, `${description} (default: ${shownDefault})`).argParser(
    (text: string, before: readonly Item[] = []) => [
      ...before,
      ...text.split(',').map((item) => parse(item.trim())),
    ],
  );
}

export const SPLITS = ['test', 'validation', 'train'] as const;

export function split(): Option {
  return new Option('--split <name>', 'part of the data set').choices(SPLITS).default('test');
}
