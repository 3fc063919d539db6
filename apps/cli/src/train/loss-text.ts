import type { LostEvent } from '@softreg/trainer';

export function lossText(event: Pick<LostEvent, 'backend' | 'reason' | 'epoch'>): string {
  return `backend ${event.backend} was lost in epoch ${event.epoch}: ${event.reason}`;
}

/** Where a state of so many minibatches goes on from. */
export function placeAfter(iterations: number, minibatches: number): string {
  if (iterations === 0) return 'the start';
  const epoch = Math.ceil(iterations / minibatches);
  const minibatch = iterations % minibatches;
  return minibatch === 0
    ? `the end of epoch ${epoch}`
    : `epoch ${epoch}, minibatch ${minibatch}/${minibatches}`;
}
