import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command, for processes of its own. */
export const BIN = fileURLToPath(new URL('../bin/softreg.js', import.meta.url));

/** The files that a sweep makes of its results. */
export const REPORTS = ['results.csv', 'results.ndjson', 'validation-error.svg'];

export const linesOf = (text: string) => text.trimEnd().split('\n');

export const jsonLines = (text: string) => linesOf(text).map((line) => JSON.parse(line));

export function readReports(folder: string): Record<string, string> {
  const files = [...REPORTS, 'best.safetensors'];
  return Object.fromEntries(
    files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}

/** Without the seconds, which are last in a line of any kind. */
export function withoutSeconds(text: string): string {
  return text
    .replaceAll(/,"seconds":[\d.]+/g, '')
    .replaceAll(/,[\d.]+$/gm, '')
    .replaceAll(/ +(seconds|\d+\.\d)$/gm, '');
}

/** Where a setting is kept. */
export function settingFolder(folder: string, setting: number): string {
  return join(folder, 'settings', String(setting).padStart(5, '0'));
}

/** Settings that have a result. */
export function settingNumbers(folder: string): number[] {
  const names = existsSync(join(folder, 'settings')) ? readdirSync(join(folder, 'settings')) : [];
  return names
    .map(Number)
    .filter((setting) => existsSync(join(settingFolder(folder, setting), 'result.json')))
    .sort((a, b) => a - b);
}

export function readResult(folder: string, setting: number) {
  return JSON.parse(readFileSync(join(settingFolder(folder, setting), 'result.json'), 'utf8'));
}

export function readConfig(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8'));
}

/** The folder of a shard, as if some settings of a whole sweep had been trained there. */
export function writeShard(
  whole: string,
  folder: string,
  shard: { readonly number: number; readonly count: number },
  settings: readonly number[],
): void {
  mkdirSync(join(folder, 'settings'), { recursive: true });
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ ...readConfig(whole), shard }));
  for (const setting of settings) {
    cpSync(settingFolder(whole, setting), settingFolder(folder, setting), { recursive: true });
  }
}
