import type { LoadOptions, Split } from '../engine.js';
import type { Examples, Rows } from '../examples.js';
import type { Block, TfjsSplit } from '../tfjs/tfjs-split.js';
import { closedSplitError } from './slice-work.js';
import type { WideDevice } from './wide-device.js';

interface Loaded {
  readonly examples: Examples;
  readonly options: LoadOptions;
  readonly split: Promise<TfjsSplit>;
  readonly orders: Orders;
  users: number;
}

/** Examples on the device, where they are once for all engines that load the same object with the same options. */
export class SharedSplits {
  private readonly loaded = new Set<Loaded>();
  private readonly device: WideDevice;

  constructor(device: WideDevice) {
    this.device = device;
  }

  /**
   * @param owner of the split
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_LOST
   */
  async load(owner: object, examples: Examples, options: LoadOptions): Promise<SharedSplit> {
    const known = [...this.loaded].find(
      (one) => one.examples === examples && sameOptions(one.options, options),
    );
    const entry = known ?? this.begin(examples, options);
    entry.users += 1;
    const leave = (split?: TfjsSplit) => {
      entry.users -= 1;
      if (entry.users > 0) return;
      this.loaded.delete(entry);
      split?.close();
    };
    try {
      const split = await entry.split;
      return new SharedSplit(owner, split, entry.orders, () => leave(split));
    } catch (error) {
      leave();
      throw error;
    }
  }

  private begin(examples: Examples, options: LoadOptions): Loaded {
    const split = this.device.load(examples, options);
    const entry = { examples, options, split, orders: new Orders(), users: 0 };
    this.loaded.add(entry);
    return entry;
  }
}

/** What one engine holds of examples on the device. */
export class SharedSplit implements Split {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  private readonly owner: object;
  private readonly split: TfjsSplit;
  private readonly orders: Orders;
  private leave: (() => void) | undefined;

  constructor(owner: object, split: TfjsSplit, orders: Orders, leave: () => void) {
    this.owner = owner;
    this.split = split;
    this.orders = orders;
    this.leave = leave;
    this.count = split.count;
    this.features = split.features;
    this.classes = split.classes;
  }

  get isOpen(): boolean {
    return this.leave !== undefined;
  }

  belongsTo(owner: object): boolean {
    return this.owner === owner;
  }

  /** As those of {@link TfjsSplit}. */
  blocksOf(rows: Rows): Block[] {
    if (!this.isOpen) throw closedSplitError();
    return this.split.blocksOf(rows);
  }

  /** Whether the rows are the same examples in the same order as those of another split. */
  hasSame(rows: Rows, other: SharedSplit, otherRows: Rows): boolean {
    return (
      this.split === other.split &&
      rows.start === otherRows.start &&
      rows.end === otherRows.end &&
      this.orders.areSame(rows.order, otherRows.order)
    );
  }

  close(): void {
    this.leave?.();
    this.leave = undefined;
  }
}

/** Knows orders with the same numbers as the same. Each array is looked through once: an order that changes is a new array. */
class Orders {
  private readonly firstAlike = new WeakMap<Int32Array, Int32Array>();
  private last: Int32Array | undefined;

  areSame(a: Int32Array | undefined, b: Int32Array | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return this.firstOf(a) === this.firstOf(b);
  }

  private firstOf(order: Int32Array): Int32Array {
    const known = this.firstAlike.get(order);
    if (known) return known;
    const { last } = this;
    const first = last !== undefined && sameNumbers(last, order) ? last : order;
    this.firstAlike.set(order, first);
    this.last = first;
    return first;
  }
}

function sameNumbers(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

function sameOptions(a: LoadOptions, b: LoadOptions): boolean {
  return (
    a.minibatch === b.minibatch &&
    (a.shuffled ?? false) === (b.shuffled ?? false) &&
    (a.once ?? false) === (b.once ?? false)
  );
}
