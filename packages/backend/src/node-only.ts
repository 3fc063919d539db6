/** Whether this is Node, also where something has put a browser's globals beside its own. */
export function isNode(): boolean {
  return 'process' in globalThis && !('document' in globalThis);
}

/**
 * Imports what only Node has. The name goes through a variable, so that no bundler looks for a package that pages have no use for.
 *
 * @typeParam Module what of it is used
 */
export function importInNode<Module>(name: string): Promise<Module> {
  return import(/* @vite-ignore */ name);
}

/** The processor, by the name that it gives itself; of a page's processor no name is known. */
export async function processorName(): Promise<string> {
  if (!isNode()) return 'processor';
  const os = await importInNode<{ cpus(): { model: string }[] }>('node:os');
  return os.cpus()[0]?.model.trim() || 'processor';
}

/** How many threads can run at once, as the system tells programs. */
export async function processorCount(): Promise<number> {
  if (!isNode()) {
    const { navigator } = globalThis as unknown as { navigator: { hardwareConcurrency?: number } };
    return navigator.hardwareConcurrency ?? 1;
  }
  const os = await importInNode<{ availableParallelism(): number }>('node:os');
  return os.availableParallelism();
}
