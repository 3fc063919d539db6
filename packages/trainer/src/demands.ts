import { TrainingError } from './errors.js';

/** @throws TrainingError TRAINING_INVALID_SETTING if it does not hold */
export function demand(holds: boolean, subject: string, expected: string, found: unknown): void {
  if (holds) return;
  throw new TrainingError({
    code: 'TRAINING_INVALID_SETTING',
    subject,
    expected,
    found: String(found),
  });
}

export function demandCount(subject: string, value: number | undefined): void {
  const holds = Number.isSafeInteger(value) && (value as number) >= 1;
  demand(holds, subject, 'a whole number of 1 or more', value);
}

export function demandPositive(subject: string, value: number): void {
  demand(value > 0 && Number.isFinite(value), subject, 'a number above 0', value);
}

export function demandNotNegative(subject: string, value: number): void {
  demand(value >= 0 && Number.isFinite(value), subject, 'a number of 0 or more', value);
}

/** A share that leaves something: of what is kept from step to step. */
export function demandShareBelow1(subject: string, value: number): void {
  demand(value >= 0 && value < 1, subject, 'a number of 0 or more and below 1', value);
}

export function demandOneOf(subject: string, names: readonly string[], value: unknown): void {
  demand(names.includes(value as string), subject, names.join(' or '), value);
}
