import { accessSync, constants } from 'node:fs';

/**
 * Whether SOFTREG_REQUIRE (a comma-separated list) says that `name` must be there, so that a test fails without it.
 *
 * @param {'mnist' | 'chromium' | 'webgpu' | 'tensorflow' | 'parallel'} name
 * @returns {boolean}
 */
export function required(name) {
  return (process.env.SOFTREG_REQUIRE ?? '').split(',').includes(name);
}

/** What a Chromium is started with that asks for nothing but its page, also as root. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The Chromium that the browser tests drive: SOFTREG_CHROMIUM, else the first usual place that has one.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const places = [
    process.env.SOFTREG_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return places.find((path) => path !== undefined && path !== '' && isExecutable(path));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
