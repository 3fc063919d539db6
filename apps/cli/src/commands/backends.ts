import { type BackendReport, probeBackends } from '@softreg/backend';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';

/** `softreg backends` */
export async function backendsCommand(flags: CommonFlags, io: Io): Promise<ExitCode> {
  const reports = await probeBackends();
  if (flags.json) {
    for (const report of reports) {
      printLine(io.stdout, JSON.stringify({ event: 'backend', ...report }));
    }
    return EXIT.done;
  }
  const widest = Math.max(...reports.map(({ backend }) => backend.length));
  for (const report of reports) {
    printLine(io.stdout, `${report.backend.padEnd(widest)}  ${asText(report)}`);
  }
  return EXIT.done;
}

function asText(report: BackendReport): string {
  if (!report.works) return `no: ${report.reason.replace(`backend ${report.backend}: `, '')}`;
  const { description, precision, stepsPerSecond } = report;
  return `${stepsPerSecond.toFixed(0)} steps/s in ${precision}: ${description}`;
}
