import { addToBias } from './bias';
import { denseGradient } from './dense-gradient';
import { denseProduct } from './dense-product';
import { countRows, indexRows } from './entries';
import { addToGroup, foldGroups } from './groups';
import { Format, job, Phase } from './job';
import { countErrors, toProbabilities, toResiduals } from './softmax';
import { sparseProduct, sparseScores } from './sparse-product';

/** One chunk of the phase: rows, features or groups `from` to `to`. */
export function perform(from: i32, to: i32): void {
  switch (job().phase) {
    case Phase.RESIDUALS:
      score(from, to);
      toResiduals(from, to);
      break;
    case Phase.PROBABILITIES:
      score(from, to);
      toProbabilities(from, to);
      break;
    case Phase.ERRORS:
      score(from, to);
      countErrors(from, to);
      break;
    case Phase.GRADIENT:
      gradient(from, to);
      break;
    case Phase.GROUPS:
      for (let group = from; group < to; group++) {
        if (job().format === Format.SPARSE_BYTES) addToGroup<u8>(group);
        else addToGroup<f32>(group);
      }
      break;
    case Phase.FOLD:
      foldGroups(from, to);
      break;
    case Phase.COUNT:
      if (job().format === Format.SPARSE_BYTES) countRows<u8>(from, to);
      else countRows<f32>(from, to);
      break;
    case Phase.INDEX:
      if (job().format === Format.SPARSE_BYTES) indexRows<u8>(from, to);
      else indexRows<f32>(from, to);
  }
}

function score(from: i32, to: i32): void {
  switch (job().format) {
    case Format.SPARSE_BYTES:
      sparseScores<u8>(from, to);
      break;
    case Format.SPARSE_FLOATS:
      sparseScores<f32>(from, to);
      break;
    case Format.DENSE_BYTES:
      denseProduct<u8>(from, to);
      break;
    case Format.DENSE_FLOATS:
      denseProduct<f32>(from, to);
  }
}

/** After the last feature comes the bias. */
function gradient(from: i32, to: i32): void {
  const features = job().features;
  const out = job().out;
  const count = job().count;
  if (to > features) addToBias(out, 0, count);
  const end = min(to, features);
  switch (job().format) {
    case Format.SPARSE_BYTES:
      sparseProduct<u8>(from, end);
      break;
    case Format.SPARSE_FLOATS:
      sparseProduct<f32>(from, end);
      break;
    case Format.DENSE_BYTES:
      denseGradient<u8>(from, end);
      break;
    case Format.DENSE_FLOATS:
      denseGradient<f32>(from, end);
  }
}
