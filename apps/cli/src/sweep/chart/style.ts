/** Colors that can be told apart on white and on black, also by most who see colors otherwise: each has 3:1 contrast or more. */
const LIGHT = [
  ...['#0b62a8', '#b34700', '#1a7f37', '#8250df'],
  ...['#bf3989', '#7a5c00', '#0a7a7a', '#57606a'],
];
const DARK = [
  ...['#58a6ff', '#ff9b50', '#56d364', '#bc8cff'],
  ...['#ff7ebd', '#d9b73a', '#39c5cf', '#9da7b1'],
];

/** Classes `c0` on. */
export const COLORS = LIGHT.length;

const PATTERNS = ['none', '7 4', '2 3', '9 3 2 3'];

/** Classes `d0` on. */
export const DASHES = PATTERNS.length;

/** No variables, which programs that draw SVG outside a browser do not know. */
export const CHART_STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#1f2328}',
  '.title{font-size:17px;font-weight:600}.middle{text-anchor:middle}.end{text-anchor:end}',
  '.muted{fill:#59636e}.paper{fill:#fff}',
  '.grid{stroke:#d8dee4;fill:none}.axis,.mark{stroke:#59636e;fill:none}',
  '.line{fill:none;stroke-width:2;stroke-linejoin:round}circle{stroke-width:0}',
  ...PATTERNS.map((pattern, i) => `.d${i}{stroke-dasharray:${pattern}}`),
  ...palette(LIGHT),
  '@media (prefers-color-scheme:dark){',
  'text{fill:#e6edf3}.muted{fill:#9da7b1}.paper{fill:#0d1117}',
  '.grid{stroke:#30363d}.axis,.mark{stroke:#9da7b1}',
  ...palette(DARK),
  '}',
].join('\n');

function palette(colors: readonly string[]): string[] {
  return colors.map((color, i) => `.line.c${i}{stroke:${color}}circle.c${i}{fill:${color}}`);
}
