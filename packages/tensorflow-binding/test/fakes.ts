import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Stand-ins for tfjs-node, libtensorflow and a compiler. The addon is a text; the package "loads" it and computes in JavaScript.

export const ADDON = 'lib/napi-v8/tfjs_binding.node';
export const MAIN_LIBRARY = 'deps/lib/libtensorflow_cc.so.2';
export const FRAMEWORK_LIBRARY = 'deps/lib/libtensorflow_framework.so.2';

const PACKAGE = `
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const addon = require('@mapbox/node-pre-gyp').find(join(__dirname, '../package.json'));
if (!existsSync(addon)) throw new Error('no addon at ' + addon);
const text = readFileSync(addon, 'utf8');
if (!text.startsWith('works')) throw new Error('the addon says:\\n' + text);
const version = readFileSync(join(dirname(addon), '../..', '${FRAMEWORK_LIBRARY}'), 'utf8');
const product = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
exports.tensor2d = (rows) => ({ rows, matMul: (other) => ({ arraySync: () => product(rows, other.rows) }) });
exports.backend = () => ({ binding: { TF_Version: version }, isUsingGpuDevice: text.includes('GPU') });
console.log('a line that TensorFlow.js prints');`;

/** As the real one: what it exports as \`find\` cannot be replaced. */
const PRE_GYP = `
Object.defineProperty(exports, 'find', { get: () => require('./pre-binding').find, enumerable: true });`;
const PRE_BINDING = `
const { dirname, join } = require('node:path');
exports.find = (manifest) => join(dirname(manifest), '${ADDON}');`;

/** Writes a text file, and the folders above it. */
export function write(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
}

/** Puts a tfjs-node into a project's node_modules; gives its folder. */
export function fakePackage(
  project: string,
  { name = '@tensorflow/tfjs-node', version = '4.22.0' } = {},
): string {
  const folder = join(project, 'node_modules', name);
  const preGyp = join(project, 'node_modules', '@mapbox', 'node-pre-gyp');
  write(join(preGyp, 'package.json'), '{"main": "lib/node-pre-gyp.js"}');
  write(join(preGyp, 'lib', 'node-pre-gyp.js'), PRE_GYP);
  write(join(preGyp, 'lib', 'pre-binding.js'), PRE_BINDING);
  write(join(folder, 'dist', 'index.js'), PACKAGE);
  const binary = {
    module_name: 'tfjs_binding',
    module_path: './lib/napi-v{napi_build_version}',
    napi_versions: [3, 8, 99],
  };
  const manifest = { name, version, main: 'dist/index.js', binary };
  write(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** A folder like that of Python's package, whose version is what the fake package then tells. */
export function fakeLibtensorflow(folder: string, version = '2.16.2'): string {
  write(join(folder, 'include', 'tensorflow', 'c', 'c_api.h'), '');
  write(join(folder, 'include', 'tensorflow', 'c', 'eager', 'c_api.h'), '');
  write(join(folder, 'libtensorflow_cc.so.2'), version);
  write(join(folder, 'libtensorflow_framework.so.2'), version);
  return folder;
}

export const WRITES_A_WORKING_ADDON = 'printf works > "$out"';

/** A program that is asked for its version as a compiler is, and otherwise runs `script`, where $out is the file to write. */
export function fakeCompiler(folder: string, script = WRITES_A_WORKING_ADDON): string {
  return executable(
    join(folder, 'g++'),
    `[ "$1" = --version ] && exit 0
     while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
     ${script}`,
  );
}

export function executable(path: string, script: string): string {
  return write(path, `#!/bin/sh\n${script}\n`, 0o755);
}
