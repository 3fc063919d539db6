'use strict';

// Loads a tfjs-node package (first argument) and multiplies two matrices. With a second argument, that file is its addon.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const util = require('node:util');

const A = [
  [1, 2, 3],
  [4, 5, 6],
];
const B = [
  [7, 8],
  [9, 10],
  [11, 12],
];
const PRODUCT = '[[58,64],[139,154]]';

// Node 23 removed the first; tfjs-node 4.22.0 calls both.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

process.stdout.write(`\ntensorflow-binding: ${JSON.stringify(answer(...process.argv.slice(2)))}\n`);

function answer(folder, addon) {
  try {
    return prove(folder, addon);
  } catch (error) {
    return { error: String(error.message).replaceAll(/\s*\n\s*/g, ' ') };
  }
}

function prove(folder, addon) {
  const requireThere = createRequire(join(folder, 'package.json'));
  if (addon !== undefined) requireThere('@mapbox/node-pre-gyp/lib/pre-binding').find = () => addon;
  const tf = requireThere(folder);
  const product = JSON.stringify(tf.tensor2d(A).matMul(tf.tensor2d(B)).arraySync());
  if (product !== PRODUCT) throw new Error(`the product ${product} in place of ${PRODUCT}`);
  const { binding, isUsingGpuDevice } = tf.backend();
  return { libtensorflow: binding.TF_Version, device: isUsingGpuDevice ? 'GPU' : 'CPU' };
}
