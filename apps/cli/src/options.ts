import { UsageError } from './usage-error.js';

/** Flags that every command takes. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** A number as the user typed it. @throws UsageError */
export function parseNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value))
      throw new UsageError(`${flag}: expected a number, found ${text.trim() || 'nothing'}`);
    return value;
  };
}

/** A number, or the word `epoch`, as the user typed it. @throws UsageError */
export function parseSecondsOrEpoch(flag: string): (text: string) => number | 'epoch' {
  return (text) => {
    const word = text.trim();
    if (word === 'epoch') return word;
    const value = Number(word || Number.NaN);
    if (value >= 0) return value;
    const found = word || 'nothing';
    throw new UsageError(`${flag}: expected seconds, 0 or more, or epoch, found ${found}`);
  };
}

/** A whole number of 1 or more, as the user typed it. @throws UsageError */
export function parseCount(flag: string): (text: string) => number {
  return (text) => {
    const value = parseNumber(flag)(text);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new UsageError(`${flag}: expected a whole number of 1 or more, found ${text}`);
  };
}

/** A whole number of 0 or more, as the user typed it. @throws UsageError */
export function parseIndex(flag: string): (text: string) => number {
  return (text) => {
    const value = parseNumber(flag)(text);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new UsageError(`${flag}: expected a whole number of 0 or more, found ${text}`);
  };
}
