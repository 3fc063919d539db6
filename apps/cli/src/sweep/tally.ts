import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, percent } from '../format.js';
import type { SweepConfig, SweepSetting } from './config.js';
import { saveSetting } from './folder.js';
import { type FailedSetting, failureOf, type Outcome } from './outcome.js';
import type { SettingResult } from './result.js';
import type { SettingReply } from './worker.js';

/** What has come of the settings of a sweep until now. */
export interface Tally {
  readonly results: ReadonlyMap<number, SettingResult>;
  readonly failures: ReadonlyMap<number, FailedSetting>;
  /** Of the first setting that failed, in the order of the grid. */
  failureCode(): ExitCode;
  /** Keeps what came of a setting. @returns it as a line for a person */
  note(setting: SweepSetting, reply: SettingReply): Promise<string>;
  /** In the order of the grid. */
  outcomes(): Outcome[];
}

/** @param before what came of settings before, which the folder has */
export function createTally(
  folder: string,
  config: SweepConfig,
  all: readonly SweepSetting[],
  before: readonly SettingResult[],
): Tally {
  const results = new Map(before.map((result) => [result.setting, result]));
  const failures = new Map<number, FailedSetting>();
  const codes = new Map<number, ExitCode>();
  return {
    results,
    failures,
    failureCode: () => codes.get(Math.min(...codes.keys())) ?? EXIT.bug,
    async note(of, reply) {
      const { setting } = of;
      if (reply.type === 'done') {
        await saveSetting(folder, reply);
        results.set(setting, reply.result);
      } else {
        failures.set(setting, failureOf(of, reply.message));
        codes.set(setting, reply.code);
      }
      const done = `${results.size + failures.size}/${all.length}`;
      const came = reply.type === 'done' ? resultText(reply.result) : `failed: ${reply.message}`;
      return `${done}  ${settingText(of, config)}: ${came}`;
    },
    outcomes: () =>
      all.flatMap(({ setting }) => results.get(setting) ?? failures.get(setting) ?? []),
  };
}

function settingText({ setting, settings }: SweepSetting, { axes }: SweepConfig): string {
  const { learningRate, batchSize, l2 } = settings;
  const parts = [
    ...(axes.learningRate.length > 1 ? [`learning rate ${learningRate}`] : []),
    ...(axes.batchSize.length > 1 ? [`batch size ${batchSize}`] : []),
    ...(axes.l2.length > 1 ? [`l2 ${l2}`] : []),
  ];
  return [`setting ${setting}`, ...parts].join(', ');
}

function resultText({ full, epochs, reason, seconds }: SettingResult): string {
  const score = full ? `validation ${percent(full.validation)}, test ${percent(full.test)}, ` : '';
  return `${score}${grouped(epochs)} epochs (${reason}), ${seconds.toFixed(1)} s`;
}
