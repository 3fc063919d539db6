import { placeText } from '../curves/value-table.js';
import { shownModel } from '../draw/shown-model.js';
import { shown, snapshot } from '../state/store.js';

/** The model that the page shows, with a receipt of how it came to be. @throws Error before there is one */
export function modelToKeep() {
  const model = shownModel.value;
  const now = snapshot.value;
  const what = shown.value;
  if (model === undefined || now === undefined || what === undefined) {
    throw new Error('there is no model yet');
  }
  const { epoch, receipt } = what;
  if (epoch !== 'now' && typeof epoch !== 'number') return { ...model, receipt: receipt ?? {} };
  const { phase, iterations, minibatches, engine, data, settings } = now;
  // While the run plays, newer parameters may be known than what is said of them.
  const isPlaceKnown = epoch !== 'now' || phase !== 'playing';
  const at = epoch === 'now' ? iterations / minibatches : epoch;
  return {
    ...model,
    receipt: {
      softreg_version: import.meta.env.VITE_RELEASE,
      backend: engine.backend,
      dataset: data.name,
      settings: JSON.stringify(settings),
      batch_size: String(settings.batchSize),
      ...(isPlaceKnown && { epoch: placeText(at) }),
    },
  };
}
