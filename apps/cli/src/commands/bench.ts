import { openEngine, probeBackends } from '@softreg/backend';
import { benchJson, benchTable, speed } from '../bench/bench-output.js';
import {
  type BenchFlags,
  type Candidate,
  namedCandidates,
  nameOf,
  type Plan,
  planOf,
  workingCandidates,
} from '../bench/plan.js';
import { problemOf } from '../bench/problem.js';
import { rowsOf } from '../bench/results.js';
import { measureInRounds } from '../bench/rounds.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, printLine } from '../io.js';
import { type Unavailable, unavailableOf } from '../unavailable.js';

/** `softreg bench` */
export async function benchCommand(flags: BenchFlags, io: Io): Promise<ExitCode> {
  const plan = planOf(flags);
  const progress = (text: string) => {
    if (!flags.quiet) printLine(io.stderr, text);
  };
  const problem = await problemOf(flags, io);
  const { candidates, unavailable } = await choose(plan, progress);
  const seconds = Math.ceil(candidates.length * plan.rounds * plan.seconds);
  progress(`measuring ${candidates.map(nameOf).join(', ')}: at least ${seconds} s`);
  const { measured, failures } = await measureInRounds(
    candidates,
    problem,
    plan,
    (round, candidate, { epochsPerSecond }) => {
      const place = `round ${round}/${plan.rounds}`;
      progress(`${place}, ${nameOf(candidate)}: ${speed(epochsPerSecond)} epochs/s`);
    },
  );
  const print = flags.json ? benchJson : benchTable;
  const text = print(problem, plan, rowsOf(measured), [...unavailable, ...failures]);
  printLine(io.stdout, text);
  return EXIT.done;
}

/** @throws BackendError if one that was named cannot run: before minutes of measuring, not after */
async function choose(
  plan: Plan,
  progress: (text: string) => void,
): Promise<{ candidates: Candidate[]; unavailable: Unavailable[] }> {
  let candidates = namedCandidates(plan);
  let unavailable: Unavailable[] = [];
  if (plan.backends === undefined) {
    progress('trying what can run here');
    const reports = await probeBackends();
    candidates = workingCandidates(reports, plan);
    unavailable = unavailableOf(reports);
  }
  for (const { backend, threads, isNamed } of candidates) {
    if (isNamed) (await openEngine(backend, { threads })).close();
  }
  return { candidates, unavailable };
}
