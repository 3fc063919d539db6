import { type BackendReport, chooseEngine, type VerdictStore } from '@softreg/backend';
import type { ProxyMarked } from 'comlink';

/** What `auto` would take, and what it measured; away from the worker that trains, whose thread it would hold up. */
export async function probe(
  wasmFiles: string,
  verdicts: VerdictStore & ProxyMarked,
): Promise<readonly BackendReport[]> {
  const { engine, reports } = await chooseEngine({ wasmFiles, verdicts });
  engine.close();
  return reports;
}

export type Probe = typeof probe;
