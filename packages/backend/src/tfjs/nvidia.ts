import { importInNode } from '../node-only.js';

const CARDS = '/proc/driver/nvidia/gpus';

interface Files {
  readdir(folder: string): Promise<string[]>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
}

/** The model of the first NVIDIA card that has a driver, from what Linux says of it; undefined if there is none, or elsewhere. */
export async function nvidiaCardName(): Promise<string | undefined> {
  const fs = await importInNode<Files>('node:fs/promises');
  try {
    const [card] = await fs.readdir(CARDS);
    const information = await fs.readFile(`${CARDS}/${card}/information`, 'utf8');
    return /^Model:\s*(.+?)\s*$/m.exec(information)?.[1] ?? 'NVIDIA card';
  } catch {
    return undefined;
  }
}
