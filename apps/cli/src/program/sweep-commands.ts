import type { Shard } from '@softreg/trainer';
import { type Command, Option } from 'commander';
import type { FindLearningRateFlags } from '../commands/find-learning-rate.js';
import type { SweepMergeFlags } from '../commands/sweep-merge.js';
import type { ExitCode } from '../exit-codes.js';
import {
  addBackendFlags,
  addCommonFlags,
  addDataFlags,
  addStreamFlag,
  count,
  list,
  number,
} from '../flag-groups.js';
import type { Io } from '../io.js';
import { parseNumber } from '../options.js';
import type { SweepFlags } from '../sweep/config.js';
import { UsageError } from '../usage-error.js';
import { addRuleFlags } from './rule-flags.js';

type Finish = (code: ExitCode) => void;

/** Flags that shape each run of a sweep as they shape the one of `train`, and are described there. */
const ENDING_FLAGS = [
  ...['--epochs', '--patience', '--patience-increase', '--improvement-threshold'],
  '--validation-frequency',
];
const INPUT_FLAGS = ['--pixel-scale', '--shuffle', '--seed'];

/** `softreg sweep ...` and `softreg find-learning-rate`, after `train`, whose flags they share. */
export function addSweep(program: Command, io: Io, finish: Finish): void {
  // What comes after `sweep merge` is for `merge`, though `sweep` has flags of the same names.
  const sweep = program
    .enablePositionalOptions()
    .command('sweep')
    .description('Train a grid of settings, each as train does: a table, a plot, the best model.')
    .helpCommand(false)
    .enablePositionalOptions();
  addStreamFlag(addDataFlags(sweep))
    .addOption(numbers('--learning-rate <numbers>', 'step sizes, by commas', '0.13'))
    .addOption(numbers('--batch-size <counts>', 'images a minibatch, by commas', '600'))
    .addOption(numbers('--l2 <numbers>', 'penalties, by commas', '0'));
  addFlagsOfTrain(sweep, program, [...ENDING_FLAGS, ...INPUT_FLAGS]);
  addRuleFlags(sweep);
  addBackendFlags(sweep)
    .addOption(count('--jobs <count>', 'processes side by side', 'one a processor'))
    .option(
      '--side-by-side',
      'train settings of one batch size as one wide matrix product (default: with tensorflow, cuda and wasm)',
    )
    .option('--no-side-by-side', 'train each setting alone')
    .addOption(
      new Option('--shard <k/n>', 'train every Nth setting, from the Kth on').argParser(parseShard),
    )
    .option('--out <folder>', 'folder of the sweep (default: sweep, or sweep-K-of-N)')
    .option('--resume <folder>', 'train what is missing in the folder of a sweep');
  addCommonFlags(sweep).action(async (flags: SweepFlags) => {
    const { sweepCommand } = await import('../commands/sweep.js');
    finish(await sweepCommand(flags, io));
  });
  addMerge(sweep, io, finish);
  sweep.command('worker', { hidden: true }).action(async () => {
    const { sweepWorker } = await import('../sweep/worker.js');
    finish(await sweepWorker(io));
  });
  addFindLearningRate(program, io, finish);
}

function addMerge(sweep: Command, io: Io, finish: Finish): void {
  const command = sweep
    .command('merge')
    .description('Join the folders of shards into one of the whole sweep.')
    .argument('<folders...>', 'folders of shards')
    .requiredOption('--out <folder>', 'folder to write');
  addCommonFlags(command).action(async (folders: string[], flags: SweepMergeFlags) => {
    const { sweepMergeCommand } = await import('../commands/sweep-merge.js');
    finish(await sweepMergeCommand(folders, flags, io));
  });
}

function addFindLearningRate(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('find-learning-rate')
    .description('Raise the learning rate step by step, and see where the loss falls fastest.');
  addStreamFlag(addDataFlags(command))
    .addOption(number('--from <number>', 'learning rate of the first minibatch', '1e-6'))
    .addOption(number('--to <number>', 'learning rate of the last minibatch', '10'))
    .addOption(number('--steps <count>', 'minibatches', '100'));
  addFlagsOfTrain(command, program, ['--batch-size', '--l2', ...INPUT_FLAGS]);
  addRuleFlags(command);
  addBackendFlags(command).option(
    '--out <folder>',
    'folder for learning-rate.csv and learning-rate.svg (default: learning-rate)',
  );
  addCommonFlags(command).action(async (flags: FindLearningRateFlags) => {
    const { findLearningRateCommand } = await import('../commands/find-learning-rate.js');
    finish(await findLearningRateCommand(flags, io));
  });
}

function addFlagsOfTrain(command: Command, program: Command, names: readonly string[]): void {
  const train = program.commands.find((one) => one.name() === 'train');
  for (const name of names) {
    const option = train?.options.find(({ long }) => long === name);
    if (option === undefined) throw new Error(`train has no flag ${name}`);
    command.addOption(option);
  }
}

function numbers(flags: string, description: string, shownDefault: string): Option {
  const flag = flags.split(' ')[0] as string;
  return list(flags, description, shownDefault, parseNumber(flag));
}

/** Whether K is from 1 to N is for the trainer to say. */
function parseShard(text: string): Shard {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  if (number === undefined) throw new UsageError(`--shard: expected K/N, as in 2/5, found ${text}`);
  return { number: Number(number), count: Number(of) };
}
