import type { BackendName, Parameters } from '@softreg/backend';
import type { ConfusionMatrix, ErrorCount, Scores } from '@softreg/model';
import type { PackedState, RunSettings, StopReason, TrainingState } from '@softreg/trainer';
import type { Problem } from '../problems/problem.js';

/** What the page and the worker that trains say to each other. All of it can be cloned. */

/** Where images come from. */
export type DataSource =
  | { readonly kind: 'digits' }
  | { readonly kind: 'mnist' }
  | { readonly kind: 'files'; readonly files: readonly File[] };

export interface DataInfo {
  readonly kind: DataSource['kind'];
  readonly name: string;
  readonly classNames: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
}

export interface EngineInfo {
  readonly backend: BackendName;
  readonly description: string;
  readonly device: string;
}

/** A place on the curves. */
export interface EpochPoint {
  readonly epoch: number;
  /** In nats. */
  readonly meanLoss: number;
}

export interface ValidationPoint {
  /** In epochs; not whole where validations are more frequent. */
  readonly at: number;
  readonly validation: ErrorCount;
  /** Where it was the best so far. */
  readonly test?: ErrorCount;
}

export type Phase = 'ready' | 'playing' | 'paused' | 'ended';

/** The run as it is. */
export interface Snapshot {
  readonly phase: Phase;
  readonly data: DataInfo;
  readonly engine: EngineInfo;
  readonly settings: RunSettings;
  /** Minibatches so far, over all epochs. */
  readonly iterations: number;
  /** In an epoch. */
  readonly minibatches: number;
  /** The run is over once it has more iterations than this. */
  readonly patience: number;
  /** Of the last second of training; undefined before that. */
  readonly epochsPerSecond: number | undefined;
  readonly best: ValidationPoint | undefined;
  readonly stopReason: StopReason | undefined;
  /** The same object as long as they have not changed. */
  readonly parameters: Parameters;
}

/** A snapshot as it crosses, without what was told before. */
export interface SnapshotUpdate extends Omit<Snapshot, 'parameters'> {
  /** Undefined where they have not changed. */
  readonly parameters: Parameters | undefined;
  readonly curves: CurveUpdate;
}

/** What is new on the curves since the update before. */
export interface CurveUpdate {
  /** In epochs: points that were told before and are of later places are gone. Infinite unless the run went back or began anew. */
  readonly goneAfter: number;
  readonly epochs: readonly EpochPoint[];
  /** One of a place that was told takes the other's place: the test score comes later. */
  readonly validations: readonly ValidationPoint[];
  readonly validationLosses: readonly ValidationLoss[];
}

export interface ValidationLoss {
  /** In epochs. */
  readonly at: number;
  /** Mean over all validation images, in nats. */
  readonly loss: number;
}

/** What parameters make of the test images. */
export interface Inspection {
  readonly test: Scores;
  /** Over all test images, as what follows is. */
  readonly confusion: ConfusionMatrix;
  /** Class of each test image. */
  readonly labels: Uint8Array;
  /** Class that the parameters take each for. */
  readonly predictions: Uint8Array;
  /** Worst first. */
  readonly mistakes: readonly Mistake[];
}

export interface Mistake {
  /** Of the test image. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Of the predicted class. */
  readonly probability: number;
  /** Of the actual class. */
  readonly labelProbability: number;
}

/** A place of the run that was kept. */
export interface PastEpoch {
  /** In epochs; not whole where the best validation was within one. */
  readonly at: number;
  readonly parameters: Parameters;
  readonly inspection: Inspection;
}

/** What a session begins with. */
export interface SessionStart {
  readonly source: DataSource;
  readonly settings: RunSettings;
  /** The first of them that works; none is passed over in silence. */
  readonly backends: readonly BackendName[];
  /** Address of the folder with TensorFlow.js's .wasm files, with a final slash. */
  readonly wasmFiles: string;
  /** Address of the folder with the site's own copy of MNIST's files, if it has one, with a final slash. */
  readonly mnistFolder: string;
  /** Where a run goes on from; left away for a new one. */
  readonly state?: TrainingState | undefined;
}

/** How fast a backend trains, or why it does not. */
export type BenchmarkResult =
  | { readonly backend: BackendName; readonly epochsPerSecond: number }
  | { readonly backend: BackendName; readonly reason: string };

/** What the page is told without asking. */
export interface SessionEvents {
  snapshot(update: SnapshotUpdate): void;
  /** What the newest parameters make of the test images: at most twice a second while the run plays. */
  inspected(inspection: Inspection): void;
  /** A state to go on from should the worker be lost: at most one a second. Packed, since a long history takes long to cross as objects. */
  saved(state: PackedState): void;
  /** Another backend goes on from the last good state. */
  lost(backend: BackendName, reason: string, next: EngineInfo): void;
  failed(problem: Problem): void;
  /** How much of the data that is downloaded is here, 0 to 1; told before the session is open. */
  opening(share: number): void;
}
