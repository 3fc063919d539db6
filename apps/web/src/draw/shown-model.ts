import { computed } from '@preact/signals';
import type { SoftmaxRegression } from '@softreg/model';
import { PIXEL_SCALE } from '../settings/page-settings.js';
import { dataInfo } from '../state/before-open.js';
import { shown, snapshot } from '../state/store.js';

/** What drawings are read with. */
const shownParameters = computed(() => shown.value?.parameters ?? snapshot.value?.parameters);

/** Undefined until a model is there, and where its parameters do not fit the data any more. */
export const shownModel = computed<SoftmaxRegression | undefined>(() => {
  const parameters = shownParameters.value;
  if (parameters === undefined) return undefined;
  const { height, width, classNames } = dataInfo.value;
  const { features, classes } = parameters;
  if (features !== height * width || classes !== classNames.length) return undefined;
  return {
    parameters,
    imageHeight: height,
    imageWidth: width,
    classNames,
    pixelScale: PIXEL_SCALE,
    receipt: {},
  };
});
