import type { BackendName, Parameters as ModelParameters } from '@softreg/backend';
import type { PackedState, RunSettings } from '@softreg/trainer';
import type { ProxyMarked } from 'comlink';
import type { BenchmarkResult, SessionEvents, SessionStart } from './protocol.js';
import { TrainingSession } from './training-session.js';

/** What the page may ask of the worker. */
export class SessionWorker {
  private session: TrainingSession | undefined;

  async open(start: SessionStart, events: SessionEvents): Promise<void> {
    this.session = await TrainingSession.open(start, events);
  }

  /** Answers as long as the worker's thread is not stuck. */
  isAlive(): boolean {
    return true;
  }

  play = () => this.opened().play();
  step = () => this.opened().step();
  epoch = () => this.opened().epoch();
  pause = () => this.opened().pause();
  reset = (settings: RunSettings, state?: PackedState) => this.opened().reset(settings, state);
  runNow = () => this.opened().runNow();
  dataHashes = () => this.opened().dataHashes();
  change = (changes: Parameters<TrainingSession['change']>[0]) => this.opened().change(changes);
  lookBack = (at: number) => this.opened().lookBack(at);
  inspect = (parameters: ModelParameters) => this.opened().inspect(parameters);
  testImages = (indices: ArrayLike<number>) => this.opened().testImages(indices);
  useBackend = (backend: BackendName) => this.opened().useBackend(backend);

  benchmark = (
    backends: readonly BackendName[],
    tell: ((result: BenchmarkResult) => void) & ProxyMarked,
  ) => this.opened().benchmark(backends, tell);

  private opened(): TrainingSession {
    if (this.session === undefined) throw new Error('the session is not open yet');
    return this.session;
  }
}
