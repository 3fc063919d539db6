import {
  BackendError,
  type BackendName,
  type Engine,
  openEngine,
  type Parameters,
  zeroParameters,
} from '@softreg/backend';
import { examplesOf } from '@softreg/model';
import {
  type PackedState,
  packState,
  type RunSettings,
  type StopEvent,
  type TrainingEvent,
  type TrainingState,
  train,
  unpackState,
} from '@softreg/trainer';
import { type DataHashes, hashesOf } from '../keep/data-hashes.js';
import type { RunNow } from '../keep/run-config.js';
import { problemOf } from '../problems/problem.js';
import { PIXEL_SCALE } from '../settings/page-settings.js';
import { benchmark } from './benchmark.js';
import { fitSettings } from './fit-settings.js';
import { Inspector } from './inspector.js';
import { loadData, type SessionData } from './load-data.js';
import type {
  BenchmarkResult,
  EngineInfo,
  Inspection,
  PastEpoch,
  Phase,
  SessionEvents,
  SessionStart,
  SnapshotUpdate,
} from './protocol.js';
import { RunRecord } from './run-record.js';

const SNAPSHOT_EVERY_MS = 100;
const SAVE_EVERY_MS = 1000;
const INSPECT_EVERY_MS = 500;
/** Of the time of a run, at most. */
const INSPECTION_SHARE = 0.05;
/** Epochs may take longer than a person waits to see the weights change. */
const READ_EVERY_MS = 1000;

/** How far training goes before it pauses by itself. */
type Goal = 'end' | 'minibatch' | 'epoch' | 'nowhere';

/** One run at a time: it is played, paused, stepped through, and its settings and its backend change under way. */
export class TrainingSession {
  private readonly events: SessionEvents;
  private readonly wasmFiles: string;
  private data: SessionData;
  private engine: Engine;
  private settings: RunSettings;
  private state: TrainingState | undefined;
  private record: RunRecord;
  private goal: Goal = 'nowhere';
  private phase: Phase = 'ready';
  private loop: Promise<void> = Promise.resolve();
  private stream: AsyncGenerator<TrainingEvent, void, void> | undefined;
  private stopping = new AbortController();
  private lastSnapshot = 0;
  private readonly inspector: Inspector;
  private nextInspection = 0;
  private inspected: Parameters | undefined;
  private lastRead = 0;

  private constructor(
    events: SessionEvents,
    data: SessionData,
    engine: Engine,
    { settings, state, wasmFiles }: SessionStart,
  ) {
    this.wasmFiles = wasmFiles;
    this.events = events;
    this.data = data;
    this.engine = engine;
    this.settings = settings;
    this.state = state;
    this.inspector = new Inspector(data, PIXEL_SCALE, wasmFiles);
    this.record = this.newRecord();
    if (state) {
      this.record.goOnFrom(state);
      this.phase = 'paused';
    }
  }

  static async open(start: SessionStart, events: SessionEvents): Promise<TrainingSession> {
    const { source, backends, wasmFiles } = start;
    const data = await loadData(source, start.mnistFolder, (share) => events.opening(share));
    const settings = fitSettings(start.settings, data);
    const engine = await openFirst(backends, wasmFiles, events);
    const session = new TrainingSession(events, data, engine, { ...start, settings });
    session.tell();
    session.inspectNewest();
    return session;
  }

  play(): void {
    this.go('end');
  }

  step(): void {
    this.go('minibatch');
  }

  epoch(): void {
    this.go('epoch');
  }

  /** After the minibatch under way. */
  async pause(): Promise<void> {
    this.goal = 'nowhere';
    await this.loop;
  }

  /**
   * To the start, or to where another run on the same data was, with settings that may all be others.
   *
   * @throws TrainingError where that run is none that can go on here; the one before goes on then
   */
  async reset(settings: RunSettings, packed?: PackedState): Promise<void> {
    const state = packed && unpackState(packed);
    if (state) this.streamOf(settings, state);
    await this.pause();
    await this.endStream();
    this.settings = settings;
    this.state = state;
    this.record = this.newRecord();
    this.phase = 'ready';
    if (state) {
      this.record.goOnFrom(state);
      this.phase = 'paused';
    }
    this.tell();
    this.inspectNewest();
  }

  /** All that another place needs to go on with the run; undefined before its first minibatch. */
  async runNow(): Promise<RunNow | undefined> {
    await this.between(async () => undefined);
    const { state, settings, engine, data } = this;
    if (state === undefined) return undefined;
    const sha256 = await this.dataHashes();
    return { state: packState(state), settings, backend: engine.backend, data: data.kind, sha256 };
  }

  dataHashes(): Promise<DataHashes> {
    return hashesOf(this.data);
  }

  /** Settings that a run may change under way. */
  async change(changes: Pick<RunSettings, 'learningRate' | 'l2' | 'patience'>): Promise<void> {
    const settings = { ...this.settings, ...changes };
    const { patience, stopping } = settings;
    await this.between(async () => {
      this.settings = settings;
      const { state } = this;
      if (state === undefined || stopping === 'validations') return;
      // A run that had less goes on for as long as is asked for now.
      this.state = { ...state, patience: Math.max(state.patience, patience) };
    });
  }

  async useBackend(backend: BackendName): Promise<void> {
    const next = await openEngine(backend, { wasmFiles: this.wasmFiles });
    await this.between(async () => {
      this.engine.close();
      this.engine = next;
    });
  }

  /** The place nearest to `at`, in epochs, that was kept of the run. */
  async lookBack(at: number): Promise<PastEpoch> {
    const { record } = this;
    const past = record.lookBack(at);
    const { inspection, validationLoss } = await this.look(past.parameters);
    record.noteValidationLoss(past.at, validationLoss);
    if (this.phase !== 'playing') this.tell();
    return { ...past, inspection };
  }

  /** What other parameters of the data's shape make of the test images. */
  async inspect(parameters: Parameters): Promise<Inspection> {
    return (await this.look(parameters)).inspection;
  }

  /** Pixels of test images: indices.length x height x width. */
  testImages(indices: ArrayLike<number>): Uint8Array {
    return this.inspector.pixelsOf(indices);
  }

  /** Pauses the run for so long. */
  async benchmark(
    backends: readonly BackendName[],
    tell: (result: BenchmarkResult) => void,
  ): Promise<void> {
    const { data, settings, wasmFiles } = this;
    await this.between(() => benchmark(data, settings.batchSize, backends, wasmFiles, tell));
  }

  private go(goal: Goal): void {
    if (this.phase === 'ended') return;
    this.goal = goal;
    if (this.phase === 'playing') return;
    this.phase = 'playing';
    this.loop = this.run().catch((error: unknown) => {
      this.phase = 'paused';
      this.goal = 'nowhere';
      this.tell();
      this.events.failed(problemOf(error));
    });
  }

  private async run(): Promise<void> {
    this.record.startClock();
    while (this.goal !== 'nowhere') {
      const event = await this.nextEvent();
      if (event === undefined) continue;
      this.record.note(event);
      if (event.type === 'checkpoint') this.events.saved(packState(event.state));
      if (event.type === 'stop') {
        this.end(event);
        break;
      }
      if (this.isReached(event)) this.goal = 'nowhere';
      if (performance.now() - this.lastSnapshot > SNAPSHOT_EVERY_MS) {
        await this.readCurrent(READ_EVERY_MS);
        this.tell();
      }
      if (performance.now() > this.nextInspection) await this.inspectCurrent();
    }
    if (this.phase === 'playing') {
      this.phase = 'paused';
      await this.readCurrent(0);
    }
    this.goal = 'nowhere';
    this.tell();
    this.inspectNewest();
  }

  /** Reads the parameters back, if what is known of them is older than that. */
  private async readCurrent(age: number): Promise<void> {
    const { record } = this;
    const isOld = performance.now() - Math.max(this.lastRead, record.newestSince) > age;
    if (!isOld || record.isNewestKnown || this.stream === undefined) return;
    this.lastRead = performance.now();
    try {
      record.noteParameters(await this.engine.readParameters());
    } catch (error) {
      // The next minibatch notices, too, and knows where to go on.
      if (!BackendError.isInstance(error) || error.code !== 'BACKEND_LOST') throw error;
    }
  }

  private async inspectCurrent(): Promise<void> {
    const { record } = this;
    const { at, parameters } = record.newest;
    if (parameters === this.inspected) return;
    this.inspected = parameters;
    const { inspection, validationLoss, duration } = await this.look(parameters);
    const pause = Math.max(INSPECT_EVERY_MS, duration / INSPECTION_SHARE - duration);
    this.nextInspection = performance.now() + pause;
    if (this.record !== record) return;
    record.noteValidationLoss(at, validationLoss);
    this.events.inspected(inspection);
  }

  /** Where no run waits for it. */
  private inspectNewest(): void {
    this.inspectCurrent().then(
      () => this.tell(),
      (error: unknown) => this.events.failed(problemOf(error)),
    );
  }

  private look(parameters: Parameters) {
    return this.inspector.inspect(parameters, this.settings.batchSize);
  }

  /** @returns nothing where the backend was lost: another one is open by then, and the run goes on from the last good state */
  private async nextEvent(): Promise<TrainingEvent | undefined> {
    this.stream ??= this.newStream();
    try {
      const { value } = await this.stream.next();
      if (value?.type !== 'lost') return value ?? undefined;
      this.state = value.state;
      this.record.goBackTo(value.state);
      return undefined;
    } catch (error) {
      this.stream = undefined;
      if (!BackendError.isInstance(error) || error.code !== 'BACKEND_LOST') throw error;
      await this.openAnother(error);
      return undefined;
    }
  }

  /** A minibatch that ends an epoch is over when the epoch is. */
  private isReached(event: TrainingEvent): boolean {
    if (event.type === 'epoch') return this.goal === 'epoch' || this.goal === 'minibatch';
    if (event.type !== 'minibatch' || this.goal !== 'minibatch') return false;
    return event.minibatch < event.minibatches;
  }

  private end({ reason, state }: StopEvent): void {
    this.state = state;
    this.stream = undefined;
    this.phase = 'ended';
    this.record.end(reason);
  }

  /** Does something while the run is nowhere but in `state`, and plays on as before. */
  private async between(work: () => Promise<void>): Promise<void> {
    const { goal } = this;
    await this.pause();
    await this.endStream();
    await work();
    this.tell();
    if (goal !== 'nowhere') this.go(goal);
  }

  /** Leaves the stream of events with the state that it has reached. */
  private async endStream(): Promise<void> {
    const { stream } = this;
    this.stream = undefined;
    if (stream === undefined) return;
    this.stopping.abort();
    for await (const event of stream) {
      if (event.type === 'stop') this.state = event.state;
      else if (event.type === 'lost') this.record.goBackTo(event.state);
      else this.record.note(event);
    }
  }

  private newStream(): AsyncGenerator<TrainingEvent, void, void> {
    this.stopping = new AbortController();
    return this.streamOf(this.settings, this.state);
  }

  /** Begins nothing before it is asked for its first event. @throws TrainingError */
  private streamOf(
    settings: RunSettings,
    state: TrainingState | undefined,
  ): AsyncGenerator<TrainingEvent, void, void> {
    const { train: images, validation, test } = this.data;
    return train({
      engine: this.engine,
      data: {
        train: examplesOf(images, PIXEL_SCALE),
        validation: examplesOf(validation, PIXEL_SCALE),
        test: examplesOf(test, PIXEL_SCALE),
      },
      settings,
      checkpointEvery: SAVE_EVERY_MS,
      state,
      signal: this.stopping.signal,
    });
  }

  /** The first that works of those that every browser has: a device that was lost may be gone for good. */
  private async openAnother({ reason }: BackendError): Promise<void> {
    const lost = this.engine.backend as BackendName;
    this.engine.close();
    const others = SURE.filter((backend) => backend !== lost);
    this.engine = await openFirst(others, this.wasmFiles, this.events);
    this.events.lost(lost, reason, this.engineInfo());
  }

  private engineInfo(): EngineInfo {
    const { backend, description, device } = this.engine;
    return { backend: backend as BackendName, description, device };
  }

  private newRecord(): RunRecord {
    const { train: images } = this.data;
    const zeros = zeroParameters(images.height * images.width, images.classes);
    return new RunRecord(Math.floor(images.count / this.settings.batchSize), zeros);
  }

  private tell(): void {
    this.lastSnapshot = performance.now();
    this.events.snapshot(this.news());
  }

  private news(): SnapshotUpdate {
    const { data, settings, phase } = this;
    const { kind, name, classNames, train: images, validation, test } = data;
    return {
      phase,
      data: {
        kind,
        name,
        classNames,
        height: images.height,
        width: images.width,
        counts: { train: images.count, validation: validation.count, test: test.count },
      },
      engine: this.engineInfo(),
      settings,
      ...this.record.news(settings.patience),
    };
  }
}

/** Backends that hold no device that can be lost, the fastest first. */
const SURE: readonly BackendName[] = ['simd', 'wasm', 'cpu'];

/** @param backends in the order of preference; why one is passed over is told */
async function openFirst(
  backends: readonly BackendName[],
  wasmFiles: string,
  events: SessionEvents,
): Promise<Engine> {
  const all = [...backends, ...SURE.filter((name) => !backends.includes(name))];
  for (const [place, backend] of all.entries()) {
    try {
      return await openEngine(backend, { wasmFiles });
    } catch (error) {
      if (!BackendError.isInstance(error) || place === all.length - 1) throw error;
      if (backends.includes(backend)) events.failed(problemOf(error));
    }
  }
  throw new Error('there is always a last one');
}
