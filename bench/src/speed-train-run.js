import { train } from '@softreg/trainer';
import { followRun, outOfTime } from './follow-run.js';

/** The tutorial's run by our trainer, with validation and test scoring. */
export async function trainTutorial({ engine, data, maxSeconds }) {
  const clock = () => performance.now();
  const { parameters, ...run } = await followRun({
    events: train({ engine, data }),
    engine,
    clock,
    afterEpoch() {},
    isOver: outOfTime({ clock, began: clock(), maxSeconds }),
  });
  return run;
}
