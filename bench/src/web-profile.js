import { CHARTS } from './web-site.js';

const SAMPLE_EVERY_US = 200;
/** What is more is time in which other programs had the processor. */
const MOST_A_SAMPLE_US = 2 * SAMPLE_EVERY_US;

/**
 * What the page's own thread does meanwhile.
 *
 * @param {() => Promise<void>} work
 * @returns {Promise<{ charts: number, busy: number }>} shares of the time: in the code of the charts and what they call, and of
 * the processor in all
 */
export async function profile(page, work) {
  const session = await page.context().newCDPSession(page);
  const busyTime = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ThreadTime').value;
  };
  try {
    await session.send('Performance.enable');
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    const before = await busyTime();
    await session.send('Profiler.start');
    await work();
    const { profile: found } = await session.send('Profiler.stop');
    const seconds = (found.endTime - found.startTime) / 1e6;
    return {
      charts: timeIn(found, CHARTS) / seconds,
      busy: ((await busyTime()) - before) / seconds,
    };
  } finally {
    await session.detach();
  }
}

/** Seconds with a function of that file on the stack. */
function timeIn({ nodes, samples, timeDeltas }, name) {
  const inside = new Set();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node, isWithin) => {
    const isInside = isWithin || node.callFrame.url.includes(`/${name}-`);
    if (isInside) inside.add(node.id);
    for (const child of node.children ?? []) visit(byId.get(child), isInside);
  };
  visit(nodes[0], false);
  const micros = samples.reduce(
    (sum, id, index) =>
      sum + (inside.has(id) ? Math.min(timeDeltas[index + 1] ?? 0, MOST_A_SAMPLE_US) : 0),
    0,
  );
  return micros / 1e6;
}

/**
 * What the browser's threads do meanwhile.
 *
 * @param {import('playwright').Browser} browser with that page alone, which has one worker
 * @param {() => Promise<T>} work
 * @returns {Promise<{ result: T, worker: number, longest: { wall: number, processor: number }, moves: number[] }>} what the work gave, the share
 * of the time that the worker's thread had the processor, and of the tasks of the page's own thread the longest by each clock, in
 * milliseconds; those of the processor for each move of the pointer
 * @template T
 */
export async function trace(browser, page, work) {
  await browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  const result = await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const tasks = traceEvents.filter(({ name }) => name === 'RunTask');
  const of = (thread) => {
    const threads = traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === thread)
      .map(threadOf);
    return tasks.filter((event) => threads.includes(threadOf(event)));
  };
  const inPage = of('CrRendererMain');
  const inWorker = of('DedicatedWorker thread');
  if (inPage.length === 0 || inWorker.length === 0) throw new Error('the trace has no tasks');
  return {
    result,
    worker: inWorker.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / spanOf(inWorker),
    moves: traceEvents
      .filter(({ name, args }) => name === 'EventDispatch' && args.data.type === 'pointermove')
      .map(({ tdur = 0 }) => tdur / 1000),
    longest: {
      wall: Math.max(...inPage.map(({ dur = 0 }) => dur)) / 1000,
      processor: Math.max(...inPage.map(({ tdur = 0 }) => tdur)) / 1000,
    },
  };
}

/** In microseconds, from the first to the last. */
function spanOf(tasks) {
  const ends = tasks.map(({ ts, dur = 0 }) => ts + dur);
  return Math.max(...ends) - Math.min(...tasks.map(({ ts }) => ts));
}

function threadOf({ pid, tid }) {
  return `${pid} ${tid}`;
}
