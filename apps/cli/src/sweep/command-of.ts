import { resolve } from 'node:path';
import { type RunSettings, type Shard, TUTORIAL_SETTINGS } from '@softreg/trainer';
import { shellWord } from '../format.js';
import { type SweepConfig, shardText } from './config.js';

/** The command that runs a shard of a sweep, wherever its data are. */
export function commandOf(config: SweepConfig, shard: Shard): string {
  const { axes, settings, dataset, entry, pixelScale, backend, stream } = config;
  const words = ['softreg', 'sweep', '--dataset', entry ? resolve(entry) : dataset];
  for (const [name, values] of Object.entries(axes)) words.push(flagOf(name), values.join(','));
  for (const [name, value] of Object.entries(settings)) {
    if (name in axes || value === TUTORIAL_SETTINGS[name as keyof typeof TUTORIAL_SETTINGS])
      continue;
    if (value === true) words.push(flagOf(name));
    else if (value !== undefined && value !== false) words.push(flagOf(name), String(value));
  }
  if (pixelScale !== 256) words.push('--pixel-scale', String(pixelScale));
  words.push('--backend', backend, ...(stream ? ['--stream'] : []));
  words.push('--shard', shardText(shard));
  return words.map(shellWord).join(' ');
}

/** The flag that sets a setting: `--batch-size` for `batchSize`. */
export function flagOf(setting: keyof RunSettings | string): string {
  return `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
