import { Command, Option } from 'commander';
import type { BenchFlags } from './bench/plan.js';
import type { EvaluateFlags } from './commands/evaluate.js';
import type { ExportFlags } from './commands/export.js';
import type { PredictFlags } from './commands/predict.js';
import type { TrainFlags } from './commands/train.js';
import type { VerifyFlags } from './commands/verify.js';
import type { ExitCode } from './exit-codes.js';
import {
  addBackendFlags,
  addCommonFlags,
  addDataFlags,
  addStreamFlag,
  count,
  list,
  number,
  parsed,
  split,
} from './flag-groups.js';
import { type Io, printLine } from './io.js';
import { type CommonFlags, parseCount, parseSecondsOrEpoch } from './options.js';
import { addData } from './program/data-commands.js';
import { addRuleFlags } from './program/rule-flags.js';
import { addSweep } from './program/sweep-commands.js';
import { version } from './version.js';

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
  addVerify(program, io, finish);
  addSweep(program, io, finish);
  addEvaluate(program, io, finish);
  addPredict(program, io, finish);
  addData(program, io, finish);
  addExport(program, io, finish);
  addBackends(program, io, finish);
  addBench(program, io, finish);
  return program;
}

type Finish = (code: ExitCode) => void;

function addTrain(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('train')
    .description("Train a model. The tutorial's settings are the defaults.");
  addStreamFlag(addDataFlags(command))
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
    .addOption(number('--l2 <number>', 'penalty: half of this times the squared weights', '0'))
    .option('--shuffle', 'go through the images in a new random order each epoch')
    .addOption(number('--seed <number>', 'of the random order', '0'));
  addRuleFlags(command);
  addBackendFlags(command)
    .option('--out <folder>', 'run folder: model, checkpoint, metrics (default: run)')
    .addOption(
      parsed(
        '--checkpoint-every <seconds>',
        'a kill costs no more than that; 0 for each minibatch, epoch for one an epoch',
        '10',
        parseSecondsOrEpoch,
      ),
    )
    .option('--resume <path>', 'go on from a run folder or its checkpoint.safetensors');
  addCommonFlags(command).action(async (flags: TrainFlags) => {
    const { trainCommand } = await import('./commands/train.js');
    finish(await trainCommand(flags, io));
  });
}

function addVerify(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('verify')
    .description('Train a run again by its receipt, and say at which epoch it differs, if any.')
    .argument('<run>', 'run folder of softreg train, or its receipt.json');
  addBackendFlags(addDataFlags(command, { named: true }));
  addCommonFlags(command).action(async (run: string, flags: VerifyFlags) => {
    const { verifyCommand } = await import('./commands/verify.js');
    finish(await verifyCommand(run, flags, io));
  });
}

function addEvaluate(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('evaluate')
    .description('Score a model: error rates, loss, precision, recall and F1, confusion matrix.')
    .argument(
      '<model>',
      "model.safetensors, the folder of a TensorFlow.js model, or the tutorial's best_model.pkl",
    );
  addStreamFlag(addDataFlags(command))
    .addOption(split())
    .addOption(
      count('--batch-size <count>', "images a minibatch, for the tutorial's score", "the model's"),
    );
  addBackendFlags(command);
  addCommonFlags(command).action(async (model: string, flags: EvaluateFlags) => {
    const { evaluateCommand } = await import('./commands/evaluate.js');
    finish(await evaluateCommand(model, flags, io));
  });
}

function addPredict(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('predict')
    .description('Classify images, from PNG or JPEG files or from a data set.')
    .argument(
      '<model>',
      "model.safetensors, the folder of a TensorFlow.js model, or the tutorial's best_model.pkl",
    )
    .argument('[images...]', 'PNG or JPEG files of one digit each');
  addStreamFlag(addDataFlags(command, { named: true }))
    .addOption(split())
    .addOption(count('--count <count>', 'images of the data set, from its first', '10'));
  addCommonFlags(command).action(async (model: string, images: string[], flags: PredictFlags) => {
    const { predictCommand } = await import('./commands/predict.js');
    finish(await predictCommand(model, images, flags, io));
  });
}

function addExport(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('export')
    .description('Write a model in another format.')
    .argument(
      '<model>',
      "model.safetensors, .npz, .onnx, the folder of a TensorFlow.js model, or the tutorial's best_model.pkl",
    )
    .addOption(
      new Option('--format <name>', 'format to write')
        .choices(['tfjs', 'safetensors', 'npz', 'onnx', 'js'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <path>', 'folder (tfjs) or file (safetensors, npz, onnx, js) to write')
    .addOption(
      number(
        '--pixel-scale <number>',
        'what pixels are divided by, where an ONNX model leaves it open',
        "the model's",
      ),
    );
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

function addBench(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('bench')
    .description("Epochs a second of each backend, on the tutorial's problem.");
  addDataFlags(command)
    .addOption(list('--backend <names>', 'what to measure, by commas', 'all that run here', String))
    .addOption(
      list(
        '--threads <counts>',
        'numbers of threads to run simd on, by commas',
        '1, and one a processor, at most 8',
        parseCount('--threads'),
      ),
    )
    .addOption(number('--seconds <number>', 'time to measure each, in each round', '3'))
    .addOption(count('--rounds <count>', 'times to measure each', '3'));
  addCommonFlags(command).action(async (flags: BenchFlags) => {
    const { benchCommand } = await import('./commands/bench.js');
    finish(await benchCommand(flags, io));
  });
}

function oneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
}
