import { Command, Option } from 'commander';
import type { EvaluateFlags } from './commands/evaluate.js';
import type { ExportFlags } from './commands/export.js';
import type { PredictFlags } from './commands/predict.js';
import type { TrainFlags } from './commands/train.js';
import type { ExitCode } from './exit-codes.js';
import { type Io, printLine } from './io.js';
import { type CommonFlags, parseNumber } from './options.js';
import { version } from './version.js';

/** Those that can run in Node. */
const BACKENDS = 'auto, cuda, tensorflow, webgpu, wasm or cpu';

/**
 * The commands and their flags. The code of a command is loaded when it is called.
 *
 * @param finish takes the exit code of the command
 */
export function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command('softreg')
    .description('Softmax regression for image digits.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text) => printLine(io.stderr, `${oneLine(text)}; see softreg --help`),
    })
    .showHelpAfterError(false);
  addTrain(program, io, finish);
  addEvaluate(program, io, finish);
  addPredict(program, io, finish);
  addData(program, io, finish);
  addExport(program, io, finish);
  addBackends(program, io, finish);
  return program;
}

type Finish = (code: ExitCode) => void;

function addTrain(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('train')
    .description("Train a model. The tutorial's settings are the defaults.");
  addDataFlags(command)
    .addOption(number('--learning-rate <number>', 'step size of gradient descent', '0.13'))
    .addOption(number('--batch-size <count>', 'images a minibatch', '600'))
    .addOption(number('--epochs <count>', 'passes over the training set, at most', '1000'))
    .addOption(number('--patience <count>', 'minibatches to go on for at least', '5000'))
    .addOption(
      number('--patience-increase <factor>', 'a better score extends patience so much', '2'),
    )
    .addOption(
      number(
        '--improvement-threshold <share>',
        'below this share of the best it is better',
        '0.995',
      ),
    )
    .addOption(
      number('--validation-frequency <count>', 'minibatches between validations', 'an epoch'),
    )
    .addOption(number('--pixel-scale <number>', 'what pixel values are divided by', '256'))
    .option('--optimizer <name>', 'update rule: sgd (default: sgd)')
    .addOption(number('--l2 <number>', 'penalty: half of this times the squared weights', '0'))
    .option('--shuffle', 'go through the images in a new random order each epoch')
    .addOption(number('--seed <number>', 'of the random order', '0'))
    .option('--backend <name>', `where to compute: ${BACKENDS} (default: auto)`)
    .option('--probe', 'let auto measure the backends anew')
    .addOption(
      number('--threads <count>', 'threads to compute on, for a backend that takes a number', '1'),
    )
    .option('--out <folder>', 'run folder: model, checkpoint, metrics (default: run)')
    .option('--resume <path>', 'go on from a run folder or its checkpoint.safetensors');
  addCommonFlags(command).action(async (flags: TrainFlags) => {
    const { trainCommand } = await import('./commands/train.js');
    finish(await trainCommand(flags, io));
  });
}

function addEvaluate(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('evaluate')
    .description('Score a model: error rates, loss, precision, recall and F1, confusion matrix.')
    .argument('<model>', 'model.safetensors, or the folder of a TensorFlow.js model');
  addDataFlags(command)
    .addOption(split())
    .addOption(
      number('--batch-size <count>', "images a minibatch, for the tutorial's score", "the model's"),
    )
    .option('--backend <name>', `where to compute: ${BACKENDS} (default: auto)`)
    .option('--probe', 'let auto measure the backends anew')
    .addOption(
      number('--threads <count>', 'threads to compute on, for a backend that takes a number', '1'),
    );
  addCommonFlags(command).action(async (model: string, flags: EvaluateFlags) => {
    const { evaluateCommand } = await import('./commands/evaluate.js');
    finish(await evaluateCommand(model, flags, io));
  });
}

function addPredict(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('predict')
    .description('Classify images, from PNG or JPEG files or from a data set.')
    .argument('<model>', 'model.safetensors, or the folder of a TensorFlow.js model')
    .argument('[images...]', 'PNG or JPEG files of one digit each');
  addDataFlags(command, { named: true })
    .addOption(split())
    .addOption(number('--count <count>', 'images of the data set, from its first', '10'));
  addCommonFlags(command).action(async (model: string, images: string[], flags: PredictFlags) => {
    const { predictCommand } = await import('./commands/predict.js');
    finish(await predictCommand(model, images, flags, io));
  });
}

function addData(program: Command, io: Io, finish: Finish): void {
  const data = program.command('data').description('Look at data files.').helpCommand(false);
  const command = data
    .command('info')
    .description('Type, shape and figures of IDX files.')
    .argument('<files...>', 'IDX files, gzipped or not');
  addCommonFlags(command).action(async (files: string[], flags: CommonFlags) => {
    const { dataInfoCommand } = await import('./commands/data-info.js');
    finish(await dataInfoCommand(files, flags, io));
  });
}

function addExport(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('export')
    .description('Write a model in another format.')
    .argument('<model>', 'model.safetensors, or the folder of a TensorFlow.js model')
    .addOption(
      new Option('--format <name>', 'format to write')
        .choices(['tfjs', 'safetensors'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <path>', 'folder (tfjs) or file (safetensors) to write');
  addCommonFlags(command).action(async (model: string, flags: ExportFlags) => {
    const { exportCommand } = await import('./commands/export.js');
    finish(await exportCommand(model, flags, io));
  });
}

function addBackends(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('backends')
    .description('What can compute here, how fast, and why the others cannot.');
  addCommonFlags(command).action(async (flags: CommonFlags) => {
    const { backendsCommand } = await import('./commands/backends.js');
    finish(await backendsCommand(flags, io));
  });
}

function addDataFlags(command: Command, { named = false } = {}): Command {
  return command
    .option('--dataset <name>', `data set: mnist${named ? '' : ' (default: mnist)'}`)
    .option('--data-dir <folder>', 'its IDX files, raw or .gz (default: $SOFTREG_DATA_DIR)')
    .option('--no-verify', 'accept files whose SHA-256 is not that of the data set');
}

function addCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON object a line')
    .option('--quiet', 'print results and errors alone')
    .option('--debug', 'print the stack trace of an error');
}

function number(flags: string, description: string, shownDefault: string): Option {
  const flag = flags.split(' ')[0] as string;
  return new Option(flags, `${description} (default: ${shownDefault})`).argParser(
    parseNumber(flag),
  );
}

function split(): Option {
  return new Option('--split <name>', 'part of the data set')
    .choices(['test', 'validation', 'train'])
    .default('test');
}

function oneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
}
