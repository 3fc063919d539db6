import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../src/settings/page-settings.js';
import { settingsFromUrl, settingsToUrl } from '../src/settings/settings-in-url.js';

describe('settings in the fragment of a link', () => {
  test('come back as they were, and those by default take no room', () => {
    const changed = {
      ...DEFAULTS,
      data: 'mnist',
      backend: 'webgl',
      optimizer: 'adam',
      learningRate: 1e-3,
      batchSize: 50,
      patience: 123,
      l2: 0.5,
      shuffle: true,
      seed: 4294967295,
    } as const;
    expect(settingsToUrl(DEFAULTS)).toBe('');
    expect(settingsToUrl(changed)).toBe(
      'data=mnist&backend=webgl&optimizer=adam&rate=0.001&batch=50&patience=123&l2=0.5&shuffle=1&seed=4294967295',
    );
    expect(settingsFromUrl(`#${settingsToUrl(changed)}`)).toEqual({
      settings: changed,
      problems: [],
    });
    expect(settingsFromUrl('')).toEqual({ settings: DEFAULTS, problems: [] });
  });

  test('leave other words of the link as they are', () => {
    const before = '#model=abc&rate=0.5';
    expect(settingsToUrl({ ...DEFAULTS, seed: 7 }, before)).toBe('model=abc&seed=7');
    expect(settingsFromUrl(before).settings).toEqual({ ...DEFAULTS, learningRate: 0.5 });
  });

  test.each([
    ['rate=fast', { name: 'rate', found: 'fast', expected: 'number' }],
    ['rate=0', { name: 'rate', found: '0', expected: 'range' }],
    ['rate=-1', { name: 'rate', found: '-1', expected: 'range' }],
    ['rate=1e999', { name: 'rate', found: '1e999', expected: 'range' }],
    ['rate=', { name: 'rate', found: '', expected: 'number' }],
    ['rate=0x10', { name: 'rate', found: '0x10', expected: 'number' }],
    ['batch=1.5', { name: 'batch', found: '1.5', expected: 'whole' }],
    ['batch=0', { name: 'batch', found: '0', expected: 'range' }],
    ['patience=-5', { name: 'patience', found: '-5', expected: 'whole' }],
    ['l2=NaN', { name: 'l2', found: 'NaN', expected: 'number' }],
    ['seed=4294967296', { name: 'seed', found: '4294967296', expected: 'range' }],
    ['shuffle=yes', { name: 'shuffle', found: 'yes', expected: ['0', '1'] }],
    ['data=cifar', { name: 'data', found: 'cifar', expected: ['digits', 'mnist'] }],
    ['optimizer=__proto__', { name: 'optimizer', found: '__proto__' }],
    ['backend=cuda', { name: 'backend', found: 'cuda' }],
    [`rate=${'9'.repeat(500)}`, { name: 'rate', found: '9'.repeat(40) }],
  ])('%s is told, and the default is taken', (fragment, problem) => {
    const { settings, problems } = settingsFromUrl(`#${fragment}&seed=${DEFAULTS.seed}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(problem);
    expect(settings).toEqual(DEFAULTS);
  });
});
