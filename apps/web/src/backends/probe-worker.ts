import { type BackendReport, chooseEngine, type VerdictStore } from '@softreg/backend';
import * as Comlink from 'comlink';

/** What `auto` would take, and what it measured; away from the worker that trains, whose thread it would hold up. */
async function probe(
  wasmFiles: string,
  verdicts: VerdictStore & Comlink.ProxyMarked,
): Promise<readonly BackendReport[]> {
  const { engine, reports } = await chooseEngine({ wasmFiles, verdicts });
  engine.close();
  return reports;
}

export type Probe = typeof probe;

Comlink.expose(probe);
