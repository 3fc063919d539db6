import { checkSettings, TrainingError } from '@softreg/trainer';
import {
  DEFAULTS,
  LINKED_DATA,
  OPTIMIZERS,
  PAGE_BACKENDS,
  type PageSettings,
  runSettingsOf,
} from './page-settings.js';

/** Something in a link that is not as it should be; the default is taken in its place. */
export interface UrlProblem {
  readonly name: string;
  readonly found: string;
  /** What it may be: a list of words, or a kind of number. */
  readonly expected: readonly string[] | 'number' | 'whole' | 'range';
}

interface Field<Name extends keyof PageSettings> {
  readonly key: string;
  readonly read: (text: string) => PageSettings[Name] | UrlProblem['expected'];
}

const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string) =>
    words.find((word) => word === text) ?? (words as readonly string[]);

const number = (text: string) =>
  /^-?\d*\.?\d+(e[-+]?\d+)?$/i.test(text) ? Number(text) : 'number';
const whole = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : 'whole');

const FIELDS: { readonly [Name in keyof PageSettings]: Field<Name> } = {
  data: { key: 'data', read: oneOf(LINKED_DATA) },
  backend: { key: 'backend', read: oneOf(['auto', ...PAGE_BACKENDS] as const) },
  optimizer: { key: 'optimizer', read: oneOf(OPTIMIZERS) },
  learningRate: { key: 'rate', read: number },
  batchSize: { key: 'batch', read: whole },
  patience: { key: 'patience', read: whole },
  l2: { key: 'l2', read: number },
  shuffle: {
    key: 'shuffle',
    read: (text) => (text === '1' ? true : text === '0' ? false : ['0', '1']),
  },
  seed: { key: 'seed', read: whole },
};

const NAMES = Object.keys(FIELDS) as (keyof PageSettings)[];

/** What a link's fragment says, with the default for all that it does not say or says wrongly. */
export function settingsFromUrl(fragment: string): {
  readonly settings: PageSettings;
  readonly problems: readonly UrlProblem[];
} {
  const words = new URLSearchParams(fragment.replace(/^#/, ''));
  const problems: UrlProblem[] = [];
  let settings: PageSettings = DEFAULTS;
  for (const name of NAMES) {
    const { key, read } = FIELDS[name];
    const text = words.get(key);
    if (text === null) continue;
    const value = read(text);
    if (isExpected(value, name)) {
      problems.push({ name: key, found: text.slice(0, 40), expected: value });
      continue;
    }
    const next = { ...settings, [name]: value };
    if (isAccepted(next)) settings = next;
    else problems.push({ name: key, found: text.slice(0, 40), expected: 'range' });
  }
  return { settings, problems };
}

/** The fragment for a link, with what is not as by default; other words of `before`, such as a model, stay. */
export function settingsToUrl(settings: PageSettings, before = ''): string {
  const words = new URLSearchParams(before.replace(/^#/, ''));
  for (const name of NAMES) {
    const { key } = FIELDS[name];
    const value = settings[name];
    if (value === DEFAULTS[name]) words.delete(key);
    else words.set(key, typeof value === 'boolean' ? String(Number(value)) : String(value));
  }
  return words.toString();
}

function isExpected(value: unknown, name: keyof PageSettings): value is UrlProblem['expected'] {
  return Array.isArray(value) || (typeof value === 'string' && typeof DEFAULTS[name] !== 'string');
}

function isAccepted(settings: PageSettings): boolean {
  try {
    checkSettings(runSettingsOf(settings));
    return true;
  } catch (error) {
    if (TrainingError.isInstance(error)) return false;
    throw error;
  }
}
