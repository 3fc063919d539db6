import { type Command, Option } from 'commander';
import type { DataPruneFlags } from '../commands/data-prune.js';
import type { DataShowFlags } from '../commands/data-show.js';
import type { DataVerifyFlags } from '../commands/data-verify.js';
import type { DataFetchFlags } from '../data/fetched.js';
import type { DataFlags } from '../dataset.js';
import type { ExitCode } from '../exit-codes.js';
import { addCommonFlags, addDataFlags, count, number, SPLITS } from '../flag-groups.js';
import type { Io } from '../io.js';
import { type CommonFlags, parseIndex } from '../options.js';

type Finish = (code: ExitCode) => void;

const NAMES = 'mnist, fashion-mnist, kmnist, digits, or the .json file of a set of your own';

/** `softreg data ...` */
export function addData(program: Command, io: Io, finish: Finish): void {
  const data = program
    .command('data')
    .description('Data sets: list, fetch, check, look at them.')
    .helpCommand(false);
  addList(data, io, finish);
  addFetch(data, io, finish);
  addVerify(data, io, finish);
  addInfo(data, io, finish);
  addShow(data, io, finish);
  addPath(data, io, finish);
  addPrune(data, io, finish);
}

function addList(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('list')
    .description('The data sets, and where they are.')
    .argument('[names...]', `${NAMES} (default: those known by name)`)
    .option('--data-dir <folder>', 'look here too (default: $SOFTREG_DATA_DIR)');
  addCommonFlags(command).action(
    async (names: string[], flags: Omit<DataFlags, 'dataset' | 'verify'>) => {
      const { dataListCommand } = await import('../commands/data-list.js');
      finish(await dataListCommand(names, flags, io));
    },
  );
}

function addFetch(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('fetch')
    .description(
      'Bring data sets into the cache, or one into a folder. Good files that are there stay.',
    )
    .argument('[names...]', `${NAMES} (default: mnist)`)
    .option('--out <folder>', 'folder to write into (default: the cache)')
    .option('--offline', 'open no socket, as with SOFTREG_OFFLINE=1')
    .addOption(number('--train <count>', 'digits to train on; with --out', '60000'))
    .addOption(number('--test <count>', 'digits to test on; with --out', '10000'))
    .addOption(number('--seed <number>', 'of the digits; with --out', '0'))
    .option('--raw', 'write the digits without gzip; with --out');
  addCommonFlags(command).action(async (names: string[], flags: DataFetchFlags) => {
    const { dataFetchCommand } = await import('../commands/data-fetch.js');
    finish(await dataFetchCommand(names, flags, io));
  });
}

function addVerify(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('verify')
    .description(
      'Compare the files of data sets with their checksums; exits with 3 if one is damaged.',
    )
    .argument('[names...]', `${NAMES} (default: all in the cache)`)
    .option('--data-dir <folder>', 'check this folder, not the cache (default set: mnist)');
  addCommonFlags(command).action(async (names: string[], flags: DataVerifyFlags) => {
    const { dataVerifyCommand } = await import('../commands/data-verify.js');
    finish(await dataVerifyCommand(names, flags, io));
  });
}

function addInfo(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('info')
    .description('Type, shape and figures of IDX files of any size.')
    .argument('<files...>', 'IDX files, gzipped or not');
  addCommonFlags(command).action(async (files: string[], flags: CommonFlags) => {
    const { dataInfoCommand } = await import('../commands/data-info.js');
    finish(await dataInfoCommand(files, flags, io));
  });
}

function addShow(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('show')
    .description('Images in the terminal, or in one PNG file.')
    .argument('[file]', 'IDX file of images, gzipped or not; else a data set is shown');
  addDataFlags(command)
    .addOption(new Option('--split <name>', 'part of the data set (default: test)').choices(SPLITS))
    .option('--labels <file>', 'labels of FILE (default: labels-idx1 beside images-idx3)')
    .addOption(
      new Option('--from <index>', 'first image, from 0 (default: 0)').argParser(
        parseIndex('--from'),
      ),
    )
    .addOption(count('--count <count>', 'images', '10, or 100 with --png'))
    .option('--label <label>', 'images of this label or class alone')
    .option('--png <file>', 'write a gray PNG file of all images, row by row');
  addCommonFlags(command).action(async (file: string | undefined, flags: DataShowFlags) => {
    const { dataShowCommand } = await import('../commands/data-show.js');
    finish(await dataShowCommand(file, flags, io));
  });
}

function addPath(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('path')
    .description('The folder of the cache, of all data sets or of one.')
    .argument('[name]', NAMES);
  addCommonFlags(command).action(async (name: string | undefined, flags: CommonFlags) => {
    const { dataPathCommand } = await import('../commands/data-path.js');
    finish(await dataPathCommand(name, flags, io));
  });
}

function addPrune(data: Command, io: Io, finish: Finish): void {
  const command = data
    .command('prune')
    .description('Remove leftovers and damaged files from the cache.')
    .argument('[names...]', `${NAMES} (default: all in the cache)`)
    .option('--all', 'remove good files too')
    .option('--dry-run', 'tell what would be removed, and remove nothing');
  addCommonFlags(command).action(async (names: string[], flags: DataPruneFlags) => {
    const { dataPruneCommand } = await import('../commands/data-prune.js');
    finish(await dataPruneCommand(names, flags, io));
  });
}
