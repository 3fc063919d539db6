import { existsSync } from 'node:fs';

/** The graphics card in software that Chromium brings. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Lets WebGPU in Node run also where there is no graphics card. To be called before its first use. */
export function useSoftwareCard(): void {
  if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;
}

/** Dawn keeps the process alive as long as it can be reached. */
export function letDawnGo(): void {
  Object.defineProperty(globalThis, 'navigator', { value: undefined, configurable: true });
}
