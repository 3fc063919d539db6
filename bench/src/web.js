// How fast the web demo is: training in its page beside the same engine in Node, from a drawing to its probabilities, what its charts cost, and the longest
// task of the page. Real MNIST, the engine simd on one thread.
// usage: node bench/src/web.js [--rounds N] [--seconds S] [--update]
//   --rounds   page and Node in turns; default 5
//   --seconds  to measure each, in each round; default 4
//   --update   writes the table into docs/web.md
// SOFTREG_DATA_DIR names the folder with MNIST.
import { openEngine } from '@softreg/backend';
import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { parseFlags, positive } from './command-line.js';
import { openGolden } from './golden.js';
import { range, table } from './markdown-table.js';
import { readMnist } from './mnist-in-node.js';
import { spreadOf } from './numbers.js';
import { describeSetting, settingText } from './setting.js';
import { ratioInRounds } from './speed-rounds.js';
import { fail, say } from './terminal.js';
import { updatePage } from './update-page.js';
import { drawingTimes, openWebPage, pause, play, reset, untilEpoch, watchRun } from './web-page.js';
import { profile, trace } from './web-profile.js';

const MOVES = 200;
/** In which minibatches are laid out. */
const FIRST_EPOCHS = 3;

const flags = parseFlags({
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '4' },
});
const rounds = positive(flags, 'rounds');
const seconds = positive(flags, 'seconds');
const { testkit, folder } = await openGolden();
const executable = testkit.findChromium() ?? fail(1, 'there is no Chromium');

say('building the site\n');
const { browser, page, close } = await openWebPage(executable, folder);
try {
  const inNode = await openInNode();
  const measured = await measure(inNode);
  inNode.close();
  report(measured, browser.version());
} finally {
  await close();
}

/** The run of the page, in this process. */
async function openInNode() {
  const engine = await openEngine('simd', { threads: 1 });
  const data = await readMnist(folder);
  const minibatches = Math.floor(data.train.count / TUTORIAL_SETTINGS.batchSize);
  /** From the start of the run, but for the first epochs. */
  const run = async () => {
    const settings = { ...TUTORIAL_SETTINGS, patience: 1e9 };
    let began = Number.POSITIVE_INFINITY;
    let before;
    let steps = 0;
    for await (const event of train({ engine, data, settings })) {
      if (event.type === 'minibatch') steps += 1;
      if (event.type === 'epoch' && event.epoch === FIRST_EPOCHS) {
        began = performance.now();
        before = process.cpuUsage();
        steps = 0;
      }
      if (performance.now() - began > 1000 * seconds) break;
    }
    const { user, system } = process.cpuUsage(before);
    const epochs = steps / minibatches;
    return {
      perSecond: (1000 * epochs) / (performance.now() - began),
      perProcessorSecond: (1e6 * epochs) / (user + system),
    };
  };
  return { run, close: () => engine.close() };
}

async function runInPage() {
  await reset(page);
  await play(page);
  await untilEpoch(page, FIRST_EPOCHS);
  const { result, worker, longest } = await trace(browser, page, () => watchRun(page, seconds));
  await pause(page);
  const perSecond = result.epochs / result.seconds;
  return { perSecond, perProcessorSecond: perSecond / worker, longest };
}

async function measure(inNode) {
  const found = {
    page: [],
    node: [],
    paused: [],
    playing: [],
    moves: [],
    longest: [],
    shares: [],
  };
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}: `);
    found.page.push(await runInPage());
    found.node.push(await inNode.run());
    found.paused.push(...(await drawingTimes(page, MOVES)));
    await play(page);
    const drawn = await trace(browser, page, () => drawingTimes(page, MOVES));
    found.playing.push(...drawn.result);
    found.moves.push(...drawn.moves);
    found.longest.push(drawn.longest);
    found.shares.push(await profile(page, () => page.waitForTimeout(1000 * seconds)));
    await pause(page);
    const [inPage, alone] = [found.page.at(-1), found.node.at(-1)];
    say(`${inPage.perSecond.toFixed(1)} and ${alone.perSecond.toFixed(1)} epochs/s\n`);
  }
  return found;
}

function report({ page: inPage, node, paused, playing, moves, shares, ...found }, version) {
  const spread = (all, key, scale = 1) => range(spreadOf(all.map((one) => scale * one[key])));
  const ratio = (key) =>
    range(
      ratioInRounds(
        inPage.map((run) => run[key]),
        node.map((run) => run[key]),
      ),
    );
  const longest = [...inPage.map((run) => run.longest), ...found.longest];
  const rows = [
    ['training in the page, epochs/s', spread(inPage, 'perSecond'), ''],
    ['the same in Node, epochs/s', spread(node, 'perSecond'), ''],
    ['page to Node', ratio('perSecond'), '0.8 or more'],
    ['page to Node, by processor time of the thread', ratio('perProcessorSecond'), ''],
    ['from a move of the pen to probabilities, paused, ms', quantiles(paused), 'under 16'],
    ['the same while training plays, ms', quantiles(playing), 'under 16'],
    ['of the processor for that, ms', quantiles(moves), ''],
    ['charts, % of the time of the page’s thread', spread(shares, 'charts', 100), 'under 5'],
    ['all work on the page’s thread, % of the time', spread(shares, 'busy', 100), ''],
    ['longest task on it, ms of the processor', spread(longest, 'processor'), 'under 50'],
    ['longest task on it, ms on the clock', spread(longest, 'wall'), ''],
  ];
  const text = [
    settingText(describeSetting(), `Chromium ${version}`),
    `Medians of ${rounds} rounds of ${seconds} s, and their range; page and Node in turns.`,
    '',
    ...table(
      [
        ['what', ([what]) => what],
        ['measured', ([, measured]) => measured],
        ['asked', ([, , asked]) => asked],
      ],
      rows,
    ),
  ].join('\n');
  process.stdout.write(`${text}\n`);
  if (flags.update) updatePage('web.md', 'web.js', text);
}

function quantiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `${at(0.5).toFixed(1)}; 99 % below ${at(0.99).toFixed(1)}`;
}
