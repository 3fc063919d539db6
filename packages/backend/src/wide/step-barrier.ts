/** What a member asks for. */
export interface Request<Answer> {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** Lets none of its members go on before all of them have asked to. Each asks once, and waits for its answer before it asks again. */
export class StepBarrier<Member extends object, Asked extends Request<unknown>> {
  private readonly members = new Set<Member>();
  private readonly waiting = new Map<Member, Asked>();
  private readonly takeAll: (requests: readonly Asked[]) => void;

  /** @param takeAll answers each of the requests */
  constructor(takeAll: (requests: readonly Asked[]) => void) {
    this.takeAll = takeAll;
  }

  join(member: Member): void {
    this.members.add(member);
  }

  ask(member: Member, request: Asked): void {
    this.waiting.set(member, request);
    this.goOn();
  }

  /** The others no longer wait for it. */
  leave(member: Member, reason: unknown): void {
    this.members.delete(member);
    this.waiting.get(member)?.reject(reason);
    this.waiting.delete(member);
    this.goOn();
  }

  private goOn(): void {
    if (this.waiting.size === 0 || this.waiting.size < this.members.size) return;
    // In the order in which they joined, so that it does not matter who was first to ask.
    const requests = [...this.members].map((member) => this.waiting.get(member) as Asked);
    this.waiting.clear();
    this.takeAll(requests);
  }
}
