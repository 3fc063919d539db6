import type {
  AdamStep,
  DeviceRules,
  Engine,
  LoadOptions,
  LossAndGradient,
  MomentumStep,
  RunningLoss,
  SgdStep,
  Split,
} from '../engine.js';
import { BackendError } from '../errors.js';
import { checkExamples, checkRows, type Examples, type Rows } from '../examples.js';
import { checkParameters, type Parameters } from '../parameters.js';
import { SLOTS_OF_RULE } from './apply-rule.js';
import type { Crew } from './crew.js';
import { Heap } from './heap.js';
import type { Finish, Kernel } from './kernel.js';
import { SimdModel } from './simd-model.js';
import { SimdSlots } from './simd-slots.js';
import { SimdSplit } from './simd-split.js';

export interface SimdHost {
  readonly kernel: Kernel;
  readonly memory: WebAssembly.Memory;
  readonly crew: Crew;
  /** Whether this thread may wait asleep: that of a page may not. */
  readonly maySleep: boolean;
  readonly description: string;
  readonly device: string;
}

/** A worker that has taken a part of the work and does not finish it for so long is taken for dead. */
const PATIENCE_MS = 20_000;

/** The engine on our own kernel. A step is done when the call returns. */
export class SimdEngine implements Engine {
  readonly backend = 'simd';
  readonly description: string;
  readonly device: string;
  readonly precision = 'float32';
  readonly kernelsPerStep = undefined;
  private readonly host: SimdHost;
  private readonly heap: Heap;
  private readonly splits = new Set<SimdSplit>();
  private model: SimdModel | undefined;
  private slots: SimdSlots | undefined;
  private running: RunningLoss = { sum: 0, steps: 0 };
  private lost: string | undefined;

  constructor(host: SimdHost) {
    this.host = host;
    this.description = host.description;
    this.device = host.device;
    this.heap = new Heap(host.memory, host.kernel.heapStart());
  }

  async load(examples: Examples, options: LoadOptions = {}): Promise<Split> {
    checkExamples(examples);
    this.refuseLost();
    const split = new SimdSplit(
      this.host.kernel,
      this.heap,
      this.finish,
      examples,
      options,
      (closed) => this.splits.delete(closed),
    );
    this.splits.add(split);
    return split;
  }

  step(split: Split, rows: Rows, { learningRate, l2 = 0 }: SgdStep): number {
    const { model, own } = this.use(split, rows);
    return this.addLoss(model.step(own, rows, learningRate, l2));
  }

  readonly rules: DeviceRules = {
    step: (split, rows, update) => {
      const { model, own } = this.use(split, rows);
      return this.addLoss(model.stepByRule(own, rows, update, this.slotsFor(update)));
    },
    readSlots: async () => {
      this.ready();
      return this.slots?.read() ?? [];
    },
    writeSlots: async (vectors) => {
      const { features, classes } = this.ready();
      const slots = new SimdSlots(this.heap, features, classes, vectors);
      this.slots?.close();
      this.slots = slots;
    },
  };

  async lossAndGradient(split: Split, rows: Rows): Promise<LossAndGradient> {
    const { model, own } = this.use(split, rows);
    return model.lossAndGradient(own, rows);
  }

  async countErrors(split: Split, rows: Rows): Promise<number> {
    const { model, own } = this.use(split, rows);
    return model.countErrors(own, rows);
  }

  async probabilities(split: Split, rows: Rows): Promise<Float32Array> {
    const { model, own } = this.use(split, rows);
    return model.probabilities(own, rows);
  }

  async readParameters(): Promise<Parameters> {
    return this.ready().read();
  }

  async writeParameters(parameters: Parameters): Promise<void> {
    checkParameters(parameters);
    this.refuseLost();
    const { features, classes } = parameters;
    if (this.model?.features !== features || this.model.classes !== classes) {
      this.forgetModel();
      this.model = new SimdModel(this.host.kernel, this.heap, this.finish, features, classes);
    }
    this.model.write(parameters);
  }

  async readRunningLoss(): Promise<RunningLoss> {
    this.refuseLost();
    return this.running;
  }

  async writeRunningLoss(loss: RunningLoss): Promise<void> {
    this.refuseLost();
    this.running = loss;
  }

  close(): void {
    for (const split of [...this.splits]) split.close();
    this.forgetModel();
    this.host.kernel.dismiss();
    this.host.crew.close();
  }

  private forgetModel(): void {
    this.model?.close();
    this.slots?.close();
    this.model = undefined;
    this.slots = undefined;
  }

  /** @returns the sum of losses so far */
  private addLoss(loss: number): number {
    const { sum, steps } = this.running;
    this.running = { sum: sum + loss, steps: steps + 1 };
    return this.running.sum;
  }

  private slotsFor({ rule }: MomentumStep | AdamStep): SimdSlots['held'] {
    const held = this.slots?.held ?? [];
    if (held.length === SLOTS_OF_RULE[rule]) return held;
    throw new BackendError(
      'BACKEND_NOT_READY',
      `slots: expected ${SLOTS_OF_RULE[rule]} for ${rule}, found ${held.length}; write them first`,
    );
  }

  private use(split: Split, rows: Rows): { model: SimdModel; own: SimdSplit } {
    const model = this.ready();
    checkRows(rows, split.count);
    if (!(split instanceof SimdSplit) || !this.splits.has(split)) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        'split: it is closed, or belongs to another engine',
      );
    }
    if (split.features !== model.features || split.classes !== model.classes) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        `split: expected ${model.features} features and ${model.classes} classes as the parameters have, ` +
          `found ${split.features} and ${split.classes}`,
      );
    }
    return { model, own: split };
  }

  private ready(): SimdModel {
    this.refuseLost();
    if (this.model === undefined) {
      throw new BackendError('BACKEND_NOT_READY', 'the engine has no parameters yet');
    }
    return this.model;
  }

  private readonly finish: Finish = (done) => {
    if (done) return;
    const start = performance.now();
    while (!this.host.kernel.waitForRest(this.host.maySleep)) {
      if (performance.now() - start > PATIENCE_MS) {
        this.lost = `a worker did not answer within ${PATIENCE_MS / 1000} seconds`;
        this.refuseLost();
      }
    }
  };

  private refuseLost(): void {
    const reason = this.lost ?? this.host.crew.failure();
    if (reason === undefined) return;
    throw new BackendError('BACKEND_LOST', reason, {
      backend: 'simd',
      fix: 'go on from the last state with a new engine, of this backend or another',
    });
  }
}
