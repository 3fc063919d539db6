import { signal } from '@preact/signals';
import { ALL_KEPT, type PageRequest } from './site-files.js';

/** How much of the site this browser has: it works offline with the page, and on all backends with all. */
export const kept = signal<'nothing' | 'page' | 'all'>('nothing');

/** A version of the site that waits until this one is left. */
export const newer = signal<ServiceWorker | undefined>(undefined);

/**
 * Keeps the site in this browser, where that is allowed.
 *
 * @param whenOpen when the page has what it needs for a run
 * @param whenIdle when it has loaded all that it means to load
 */
export async function keepSite(
  whenOpen: Promise<unknown>,
  whenIdle: Promise<unknown>,
): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  watchForChange();
  await whenOpen;
  try {
    const address = new URL('service-worker.js', document.baseURI);
    const registration = await navigator.serviceWorker.register(address, {
      updateViaCache: 'none',
    });
    watchForNewer(registration);
    const { active } = await navigator.serviceWorker.ready;
    kept.value = 'page';
    await whenIdle;
    if (active && !savesData()) await keepLater(active);
  } catch {
    // Private windows, settings of the browser, a full disk: it is a page as any other then.
  }
}

/** Leaves this version for the newer one. */
export function takeNewer(): void {
  const worker = newer.value;
  const goOn = () => {
    if (worker?.state === 'activated' || worker?.state === 'redundant') location.reload();
  };
  worker?.addEventListener('statechange', goOn);
  ask(worker, 'take-over');
  goOn();
}

function watchForNewer(registration: ServiceWorkerRegistration): void {
  const look = () => {
    const { active, waiting } = registration;
    if (active !== null && waiting !== null) newer.value = waiting;
  };
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  look();
}

/** Another window may have asked for the newer version. */
function watchForChange(): void {
  const before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    const { controller } = navigator.serviceWorker;
    if (before !== null && controller !== null) newer.value = controller;
  });
}

function keepLater(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent) => {
      if (data !== ALL_KEPT) return;
      navigator.serviceWorker.removeEventListener('message', listen);
      kept.value = 'all';
      resolve();
    };
    navigator.serviceWorker.addEventListener('message', listen);
    navigator.serviceWorker.startMessages();
    ask(worker, 'keep-later');
  });
}

function ask(worker: ServiceWorker | undefined, request: PageRequest): void {
  worker?.postMessage(request);
}

/** Whether the person has asked the browser to load no more than must be. */
function savesData(): boolean {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
