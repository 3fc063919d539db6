import { computed, signal } from '@preact/signals';

const NAMES = ['surface', 'line', 'text', 'quiet', 'accent', 'below', 'above', 'good'] as const;

export type ThemeColors = Readonly<Record<(typeof NAMES)[number], string>>;

const changes = signal(0);
const change = () => {
  changes.value += 1;
};

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', change);
new MutationObserver(change).observe(document.documentElement, { attributeFilter: ['data-theme'] });

/** Colors of the theme in use as #rrggbb or #rgb, for what is drawn on a canvas: read again when the theme changes. */
export const themeColors = computed<ThemeColors>(() => {
  changes.value;
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as ThemeColors;
});
