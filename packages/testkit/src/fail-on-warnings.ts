import { afterEach, beforeEach, expect, vi } from 'vitest';

// A warning nobody asked for is a defect: a test that expects one mocks the method itself.
let warn: ReturnType<typeof vi.spyOn>;
let error: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  warn = vi.spyOn(console, 'warn');
  error = vi.spyOn(console, 'error');
});

afterEach(() => {
  expect(warn.mock.calls, 'console.warn was called').toEqual([]);
  expect(error.mock.calls, 'console.error was called').toEqual([]);
});
