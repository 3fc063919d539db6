import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium, required } from './src/requirements.js';

/** Lets tests read the sources of the other packages, so that they need no build. */
const SOURCE_CONDITION = '@softreg/source';

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // Graphics by software, so that WebGL and WebGPU run on machines without a card.
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** What makes a page cross-origin isolated. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** @type {import('vitest/config').TestUserConfig} */
const shared = {
  setupFiles: ['@softreg/testkit/setup'],
  testTimeout: 30_000,
  hookTimeout: 120_000,
  // What is waited for comes at once; only a busy machine takes longer.
  expect: { poll: { timeout: 20_000 } },
  restoreMocks: true,
};

/** @returns {import('vitest/config').TestProjectInlineConfiguration} */
function nodeProject() {
  return {
    resolve: { conditions: [SOURCE_CONDITION, ...defaultServerConditions] },
    ssr: { resolve: { conditions: [SOURCE_CONDITION, ...defaultServerConditions] } },
    test: {
      ...shared,
      name: 'node',
      environment: 'node',
      include: ['{src,test}/**/*.test.ts'],
      exclude: ['**/*.browser.test.ts'],
    },
  };
}

/**
 * @param {string} executablePath
 * @param {{ name: string, include: string[], headers?: Record<string, string> }} project
 * @returns {import('vitest/config').TestProjectInlineConfiguration}
 */
function chromiumProject(executablePath, { name, include, headers }) {
  return {
    resolve: { conditions: [SOURCE_CONDITION, ...defaultClientConditions] },
    ...(headers && { server: { headers } }),
    test: {
      ...shared,
      name,
      include,
      exclude: ['**/*.node.test.ts', '**/node/**'],
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath, args: FLAGS } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

/** @param {import('vitest/config').TestProjectInlineConfiguration[]} projects */
function config(projects) {
  return defineConfig({
    test: {
      projects,
      reporters: ['default', 'json'],
      outputFile: { json: '.vitest/report.json' },
    },
  });
}

/** Tests in Node. */
export function nodeTests() {
  return config([nodeProject()]);
}

/**
 * The same tests in Node and in headless Chromium; files named `*.node.test.ts` run in Node alone, `*.browser.test.ts` in
 * Chromium alone. Without Chromium the second half is skipped with a notice, or fails if SOFTREG_REQUIRE names it.
 *
 * @param {{ isolated?: string[] }} [options] `isolated`: files that run a third time, in a page that is cross-origin isolated and thus
 * may share memory with workers
 */
export function nodeAndBrowserTests({ isolated = [] } = {}) {
  const chromium = findChromium();
  if (chromium === undefined) {
    const notice =
      'Chromium was not found: the browser tests need /usr/bin/chromium or SOFTREG_CHROMIUM=PATH.';
    if (required('chromium')) throw new Error(notice);
    console.warn(`SKIPPED, browser tests. ${notice}`);
    return config([nodeProject()]);
  }
  const projects = [
    nodeProject(),
    chromiumProject(chromium, { name: 'chromium', include: ['{src,test}/**/*.test.ts'] }),
  ];
  if (isolated.length > 0) {
    const name = 'chromium, isolated';
    projects.push(chromiumProject(chromium, { name, include: isolated, headers: ISOLATION }));
  }
  return config(projects);
}
