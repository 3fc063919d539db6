/** Lets the thread's event loop turn once, at little cost: timers of a page wait for milliseconds. */
export function turn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else channelTurn(resolve);
  });
}

const waiting: (() => void)[] = [];
let channel: MessageChannel | undefined;

function channelTurn(callback: () => void): void {
  if (channel === undefined) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  waiting.push(callback);
  channel.port2.postMessage(undefined);
}
