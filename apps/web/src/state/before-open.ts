import { computed } from '@preact/signals';
import { zeroParameters } from '@softreg/backend';
import type { DataInfo, Snapshot } from '../session/protocol.js';
import { runSettingsOf } from '../settings/page-settings.js';
import { settings, snapshot } from './store.js';

/** Images of a set. */
const COUNTS = {
  digits: { train: 10_000, validation: 2_000, test: 2_000 },
  mnist: { train: 50_000, validation: 10_000, test: 10_000 },
} as const;

const SIDE = 28;
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const ZEROS = zeroParameters(SIDE * SIDE, DIGITS.length);

/** The data of the session; until one is open, of the one that is on its way. */
export const dataInfo = computed<DataInfo>(() => snapshot.value?.data ?? comingData.value);

const comingData = computed<DataInfo>(() => {
  const { data } = settings.value;
  return {
    kind: data,
    name: data,
    classNames: DIGITS,
    height: SIDE,
    width: SIDE,
    counts: COUNTS[data],
  };
});

/** As the session that is on its way will begin: what the page shows before has the size of what it shows then. */
export const comingSnapshot = computed<Snapshot>(() => {
  const { backend, batchSize, patience } = settings.value;
  const data = comingData.value;
  return {
    phase: 'ready',
    data,
    engine: {
      backend: backend === 'auto' ? 'simd' : backend,
      description: '',
      device: 'processor',
    },
    settings: runSettingsOf(settings.value),
    iterations: 0,
    minibatches: Math.max(1, Math.floor(data.counts.train / batchSize)),
    patience,
    epochsPerSecond: undefined,
    best: undefined,
    stopReason: undefined,
    parameters: ZEROS,
  };
});
