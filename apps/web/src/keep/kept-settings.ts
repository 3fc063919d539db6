import { signal } from '@preact/signals';
import { type RunSettings, TUTORIAL_SETTINGS } from '@softreg/trainer';
import { type PageSettings, runSettingsOf } from '../settings/page-settings.js';

type FormSettings = Omit<PageSettings, 'data' | 'backend'>;
type Name = keyof RunSettings;

interface KeptSettings {
  /** That these are for. */
  readonly optimizer: RunSettings['optimizer'];
  readonly values: Partial<RunSettings>;
}

/** Settings of a checkpoint that the page has no field for, where they are not the tutorial's. */
export const keptSettings = signal<KeptSettings | undefined>(undefined);

/** Of one optimizer, and refused by the others. */
const OF_OPTIMIZER: ReadonlySet<string> = new Set(['momentum', 'beta1', 'beta2', 'epsilon']);

/** All that decides how the page's run goes: its fields, and what a checkpoint has beside them. */
export function wholeRunSettings(settings: PageSettings): RunSettings {
  return { ...runSettingsOf(settings), ...valuesFor(settings.optimizer) };
}

function valuesFor(optimizer: RunSettings['optimizer']): Partial<RunSettings> {
  const kept = keptSettings.value;
  if (kept === undefined || kept.optimizer === optimizer) return kept?.values ?? {};
  const rest = Object.entries(kept.values).filter(([name]) => !OF_OPTIMIZER.has(name));
  return Object.fromEntries(rest);
}

/** The settings of a run as those of the page's fields, and the others. */
export function splitSettings(run: RunSettings): { form: FormSettings; others: KeptSettings } {
  const { optimizer, learningRate, batchSize, patience, l2, shuffle, seed, ...rest } = run;
  const tutorial: Partial<RunSettings> = TUTORIAL_SETTINGS;
  const values = Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => value !== tutorial[name as Name]),
  );
  return {
    form: { optimizer, learningRate, batchSize, patience, l2, shuffle, seed },
    others: { optimizer, values },
  };
}
