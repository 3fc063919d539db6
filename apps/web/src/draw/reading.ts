import { computed } from '@preact/signals';
import { type SoftmaxArithmetic, softmaxArithmetic } from '@softreg/model';
import { DIGIT_SIDE, pixels } from './drawing.js';
import { shownModel } from './shown-model.js';

/** Whether the model reads images of the pad's size. */
export const canRead = computed(() => {
  const model = shownModel.value;
  return (
    model === undefined || (model.imageWidth === DIGIT_SIDE && model.imageHeight === DIGIT_SIDE)
  );
});

/** How the model reads the drawing; undefined where there is none. */
export const reading = computed<SoftmaxArithmetic | undefined>(() => {
  const model = shownModel.value;
  const image = pixels.value;
  if (model === undefined || image === undefined || !canRead.value) return undefined;
  return softmaxArithmetic(model, image);
});
