// For `node --import`: writes the most memory that the process ever took, in bytes, to the file that SOFTREG_BENCH_PEAK names.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    writeFileSync(process.env.SOFTREG_BENCH_PEAK, String(1024 * process.resourceUsage().maxRSS));
  });
}
