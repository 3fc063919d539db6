import type { Command } from 'commander';
import { number } from '../flag-groups.js';

/** How steps are taken, how the learning rate goes on, and what ends a run. The trainer says what is wrong with a value. */
export function addRuleFlags(command: Command): Command {
  return command
    .option('--optimizer <name>', 'update rule: sgd, momentum, nesterov or adam (default: sgd)')
    .addOption(number('--momentum <share>', 'of momentum, nesterov: kept each step', '0.9'))
    .addOption(number('--beta1 <share>', 'of adam: kept of the mean gradient', '0.9'))
    .addOption(number('--beta2 <share>', 'of adam: kept of the mean squared gradient', '0.999'))
    .addOption(number('--epsilon <number>', 'of adam: added to the root of that', '1e-8'))
    .option('--penalize-bias', 'let --l2 penalize the biases, too')
    .addOption(number('--clip-norm <number>', 'norm that the gradient is clipped to', 'none'))
    .option(
      '--schedule <name>',
      'learning rate from step to step: constant, step, cosine or inverse (default: constant)',
    )
    .addOption(
      number(
        '--decay-iterations <count>',
        'of the schedule: minibatches to a fall, to the end of the cosine, or to one half',
        'none, and needed',
      ),
    )
    .addOption(number('--decay-factor <share>', 'of step: what each fall multiplies by', '0.1'))
    .addOption(number('--final-learning-rate <number>', 'of cosine: at its end', '0'))
    .option(
      '--stopping <name>',
      'what ends the run: tutorial (patience) or validations without improvement (default: tutorial)',
    )
    .addOption(number('--stale-validations <count>', 'of validations: so many', '10'))
    .addOption(number('--min-delta <share>', 'of validations: a smaller improvement is none', '0'));
}
