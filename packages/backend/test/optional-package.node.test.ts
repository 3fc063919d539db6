import { describe, expect, test } from 'vitest';
import { explain, notInstalled } from '../src/optional-package/failures.js';
import { type Installation, installationOf } from '../src/optional-package/installation.js';

describe('how the package was installed, by where it lies', () => {
  const places: [path: string, projects: string[], expected: Installation][] = [
    ['/home/ann/app/node_modules/@softreg/backend/dist/x.js', ['/home/ann/app'], { kind: 'npm' }],
    [
      '/usr/lib/node_modules/softreg/node_modules/@softreg/backend/dist/x.js',
      [],
      { kind: 'npm-global' },
    ],
    [
      '/home/ann/.npm/_npx/0123abcd/node_modules/@softreg/backend/dist/x.js',
      ['/home/ann/.npm/_npx/0123abcd'],
      { kind: 'npx', folder: '/home/ann/.npm/_npx/0123abcd' },
    ],
    [
      '/home/ann/app/node_modules/.pnpm/@softreg+backend@0.1.0/node_modules/@softreg/backend/dist/x.js',
      ['/home/ann/app'],
      { kind: 'pnpm' },
    ],
    [
      '/home/ann/.local/share/pnpm/global/5/.pnpm/@softreg+backend@0.1.0/node_modules/@softreg/backend/dist/x.js',
      ['/home/ann/.local/share/pnpm/global/5'],
      { kind: 'pnpm-global' },
    ],
    ['/home/ann/softreg/packages/backend/dist/x.js', ['/home/ann/softreg'], { kind: 'workspace' }],
    [
      'C:\\Users\\ann\\AppData\\Roaming\\npm\\node_modules\\softreg\\node_modules\\@softreg\\backend\\dist\\x.js',
      [],
      { kind: 'npm-global' },
    ],
    [
      'C:\\Users\\ann\\AppData\\Local\\npm-cache\\_npx\\0123abcd\\node_modules\\@softreg\\backend\\dist\\x.js',
      [],
      { kind: 'npx', folder: 'C:/Users/ann/AppData/Local/npm-cache/_npx/0123abcd' },
    ],
  ];

  test.each(places)('%s', (path, projects, expected) => {
    const exists = (file: string) => projects.includes(file.replace(/\/package\.json$/, ''));
    expect(installationOf(path, exists)).toEqual(expected);
  });
});

const SPEC = '@tensorflow/tfjs-node@4.22.0';
const NPX = { kind: 'npx', folder: '/cache/_npx/1' } as const;

const ELSE = ', or where its download cannot be reached: ';

test.each<[Installation, string]>([
  [
    { kind: 'npm' },
    `npm install ${SPEC}${ELSE}npm install --ignore-scripts ${SPEC} && npx @softreg/tensorflow-binding`,
  ],
  [
    { kind: 'npm-global' },
    `npm install --global ${SPEC}${ELSE}npm install --global --ignore-scripts ${SPEC} && npx @softreg/tensorflow-binding --global`,
  ],
  [
    NPX,
    `npx --package softreg --package ${SPEC} softreg backends${ELSE}` +
      `npx --ignore-scripts --package softreg --package ${SPEC} softreg backends && ` +
      'npx @softreg/tensorflow-binding --package /cache/_npx/1/node_modules/@tensorflow/tfjs-node',
  ],
  [
    { kind: 'pnpm' },
    `pnpm add --allow-build=@tensorflow/tfjs-node ${SPEC}${ELSE}` +
      `pnpm add --allow-build=@tensorflow/tfjs-node --ignore-scripts ${SPEC} && npx @softreg/tensorflow-binding`,
  ],
  [
    { kind: 'pnpm-global' },
    `pnpm add --allow-build=@tensorflow/tfjs-node --global ${SPEC}${ELSE}` +
      `pnpm add --allow-build=@tensorflow/tfjs-node --global --ignore-scripts ${SPEC} && ` +
      'npx @softreg/tensorflow-binding --package "$(pnpm root --global)/@tensorflow/tfjs-node"',
  ],
  [{ kind: 'workspace' }, 'npx --yes pnpm install && npx --yes pnpm tensorflow-binding'],
])('a package that is not there: %o', (installation, commands) => {
  expect(notInstalled(SPEC, installation)).toEqual({
    reason: 'the package @tensorflow/tfjs-node@4.22.0 is not installed',
    fix: `install it with: ${commands}`,
  });
});

test('a package that is not there and has an install script of no weight', () => {
  expect(notInstalled('webgpu@0.6.2', { kind: 'npm' }).fix).toBe(
    'install it with: npm install webgpu@0.6.2',
  );
});

test('in a clone, a package without an addon of ours is installed anew', () => {
  const broken = new Error('dawn.node: file too short');
  expect(explain(broken, 'webgpu@0.6.2', { kind: 'workspace' }).fix).toBe(
    'run: npx --yes pnpm install --force',
  );
});

describe('a package that does not load', () => {
  const noAddon =
    'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node. \nPlease run command';
  // As Node, the loaders of Linux, Windows and macOS, and tfjs-node word them.
  const messages: [message: string, reason: RegExp, fix: RegExp][] = [
    [noAddon, /compiled part of @tensorflow\/tfjs-node@4\.22\.0 is missing/, /^run: npm rebuild/],
    [
      'libtensorflow.so.2: cannot open shared object file: No such file or directory',
      /library libtensorflow\.so\.2 of @tensorflow\/tfjs-node@4\.22\.0 is missing$/,
      /^run: npm rebuild @tensorflow\/tfjs-node, or where its download cannot be reached: npx @softreg\/tensorflow-binding$/,
    ],
    [
      'libtensorflow_framework.so.2: cannot open shared object file: No such file or directory',
      /library libtensorflow_framework\.so\.2 /,
      /npm rebuild/,
    ],
    [
      'libcudart.so.11.0: cannot open shared object file: No such file or directory',
      /^the CUDA library libcudart\.so\.11\.0 is missing$/,
      /install CUDA 11\.2 and cuDNN 8\.1/,
    ],
    [
      'libcudnn.so.8: cannot open shared object file: No such file or directory',
      /^the CUDA library libcudnn\.so\.8 is missing$/,
      /LD_LIBRARY_PATH/,
    ],
    [
      '\\\\?\\C:\\app\\node_modules\\@tensorflow\\tfjs-node\\lib\\napi-v8\\tfjs_binding.node: The specified module could not be found.',
      /^Windows finds no tensorflow\.dll/,
      /^run: copy node_modules\\@tensorflow\\tfjs-node\\deps\\lib\\tensorflow\.dll node_modules\\@tensorflow\\tfjs-node\\lib\\napi-v8$/,
    ],
    [
      "The module '/x/tfjs_binding.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 72. This version of Node.js requires\nNODE_MODULE_VERSION 115.",
      /built for another version of Node$/,
      /npm rebuild/,
    ],
    ['/x/tfjs_binding.node: file too short', /is damaged, or made for another/, /npm rebuild/],
    ['/x/tfjs_binding.node: invalid ELF header', /is damaged, or made for another/, /npm rebuild/],
    [
      "dlopen(/x/tfjs_binding.node, 0x0001): tried: '/x/tfjs_binding.node' (mach-o file, but is an incompatible architecture (have 'x86_64', need 'arm64'))",
      /another system or processor$/,
      /npm rebuild/,
    ],
    [
      'dlopen(/x/tfjs_binding.node, 0x0001): Library not loaded: @rpath/libtensorflow.2.dylib\n  Referenced from: /x',
      /library libtensorflow\.2\.dylib /,
      /npm rebuild/,
    ],
    [
      "/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.29' not found (required by /x/libtensorflow.so.2)",
      /needs GLIBC_2\.29 of the C or C\+\+ library/,
      /newer system/,
    ],
    ['something new\nat line 2', /does not load: something new$/, /^install it anew with: npm re/],
  ];

  test.each(messages)('%s', (message, reason, fix) => {
    const failure = explain(new Error(message), SPEC, { kind: 'npm' });
    expect(failure.reason).toMatch(reason);
    expect(failure.fix).toMatch(fix);
  });

  test.each<[Installation, string]>([
    [
      { kind: 'npm-global' },
      'run: npm rebuild --global @tensorflow/tfjs-node, or where its download cannot be reached: npx @softreg/tensorflow-binding --global',
    ],
    [
      NPX,
      'run: npm rebuild --prefix /cache/_npx/1 @tensorflow/tfjs-node, or where its download cannot be reached: ' +
        'npx @softreg/tensorflow-binding --package /cache/_npx/1/node_modules/@tensorflow/tfjs-node',
    ],
    [
      { kind: 'pnpm' },
      'run: pnpm add --allow-build=@tensorflow/tfjs-node @tensorflow/tfjs-node@4.22.0, ' +
        'or where its download cannot be reached: npx @softreg/tensorflow-binding',
    ],
    [{ kind: 'workspace' }, 'run: npx --yes pnpm tensorflow-binding'],
  ])('the command for %o', (installation, fix) => {
    expect(explain(new Error(noAddon), SPEC, installation).fix).toBe(fix);
  });
});
