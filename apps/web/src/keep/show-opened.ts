import type { SoftmaxRegression } from '@softreg/model';
import { PIXEL_SCALE } from '../settings/page-settings.js';
import { type OpenedFrom, shown, snapshot } from '../state/store.js';
import { KeepError } from './keep-error.js';
import { texts } from './messages.js';

/** Shows a model, whatever the run does. @throws KeepError for one that does not fit the data */
export function showOpened(model: SoftmaxRegression, name: string, from: OpenedFrom): void {
  const data = snapshot.value?.data;
  if (data === undefined) throw new Error('there is no data yet');
  const { imageHeight, imageWidth, classNames, receipt } = model;
  const { height, width } = data;
  const classes = data.classNames.length;
  if (imageHeight !== height || imageWidth !== width || classNames.length !== classes) {
    const text = texts();
    const expected = text.shape(height, width, classes);
    const found = text.shape(imageHeight, imageWidth, classNames.length);
    throw new KeepError(text.otherShape(name, expected, found));
  }
  shown.value = { parameters: forPageScale(model), receipt, name, epoch: from };
}

/** What the weights would be for pixels that are divided by what the page divides them by. */
function forPageScale({ parameters, pixelScale }: SoftmaxRegression) {
  if (pixelScale === PIXEL_SCALE) return parameters;
  const factor = PIXEL_SCALE / pixelScale;
  return { ...parameters, weights: parameters.weights.map((weight) => weight * factor) };
}
