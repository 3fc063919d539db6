import { computed } from '@preact/signals';
import type { SoftmaxRegression } from '@softreg/model';
import { PIXEL_SCALE } from '../settings/page-settings.js';
import { shown, snapshot } from '../state/store.js';

/** What drawings are read with. */
const shownParameters = computed(() => shown.value?.parameters ?? snapshot.value?.parameters);

/** Undefined until a session is open, and where its parameters do not fit its data any more. */
export const shownModel = computed<SoftmaxRegression | undefined>(() => {
  const data = snapshot.value?.data;
  const parameters = shownParameters.value;
  if (data === undefined || parameters === undefined) return undefined;
  const { height, width, classNames } = data;
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
