/** The first epoch is not timed. */
const MIN_EPOCHS = 2;

/** Whether another epoch like the last would take the run over its time. @returns {(epochs: number, epochMs: number) => boolean} */
export function outOfTime({ clock, began, maxSeconds = Infinity }) {
  return (epochs, epochMs) => epochs >= MIN_EPOCHS && clock() - began + epochMs > maxSeconds * 1000;
}

/** What the run tells, up to its end or to the end of an epoch after which it `isOver`. */
export async function followRun({ events, engine, clock, afterEpoch, isOver }) {
  const scores = { validation: [], test: [] };
  const epochMs = [];
  let start = clock();
  for await (const event of events) {
    const { type, epoch, minibatch } = event;
    if (type in scores) scores[type].push({ epoch, minibatch, ...event.score });
    if (type === 'stop') {
      const { reason, epochs, state } = event;
      const parameters = plain((state.best ?? state).parameters);
      return { stop: reason, epochs, scores, epochMs, parameters };
    }
    if (type !== 'epoch') continue;
    epochMs.push(clock() - start);
    await afterEpoch(epoch);
    if (isOver(epoch, epochMs.at(-1))) {
      const parameters = plain(await engine.readParameters());
      return { stop: 'time', epochs: epoch, scores, epochMs, parameters };
    }
    start = clock();
  }
  throw new Error('the run ended without saying why');
}

/** As plain arrays, for JSON. */
function plain({ weights, bias }) {
  return { weights: [...weights], bias: [...bias] };
}
