import { type BackendReport, chooseEngine } from '@softreg/backend';
import { keptVerdicts } from '../backend.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { table } from '../format.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';
import { unavailableLines, unavailableOf } from '../unavailable.js';

/** `softreg backends`: measures anew, and keeps what it finds for `auto`. */
export async function backendsCommand(flags: CommonFlags, io: Io): Promise<ExitCode> {
  const verdicts = { ...keptVerdicts(), read: async () => undefined };
  const { engine, reports } = await chooseEngine({ verdicts });
  engine.close();
  if (flags.json) {
    for (const report of reports) {
      const auto = report.backend === engine.backend;
      printLine(io.stdout, JSON.stringify({ event: 'backend', ...report, auto }));
    }
    return EXIT.done;
  }
  printLine(io.stdout, asTable(reports, engine.backend));
  return EXIT.done;
}

const HEADS = ['backend', 'steps/s', 'precision', 'kernels/step', 'device', 'through'];
const TEXT_COLUMNS = [0, 2, 4, 5];

/** What works, the fastest first; below it what does not, each with its reason and its fix. */
function asTable(reports: readonly BackendReport[], auto: string): string {
  const working = reports
    .filter((report) => report.works)
    .toSorted((a, b) => b.stepsPerSecond - a.stepsPerSecond);
  const rows = working.map((report) => [
    report.backend,
    report.stepsPerSecond.toFixed(report.stepsPerSecond < 10 ? 1 : 0),
    report.precision,
    String(report.kernelsPerStep ?? '-'),
    report.device,
    report.description,
  ]);
  return [
    table([HEADS, ...rows], TEXT_COLUMNS),
    '',
    `auto takes ${auto}`,
    ...unavailableLines(unavailableOf(reports)),
  ].join('\n');
}
