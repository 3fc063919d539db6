import { CHROMIUM_FLAGS, findChromium } from '@softreg/testkit/chromium';
import { chromium } from 'playwright';

export function openChromium() {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('there is no Chromium: SOFTREG_CHROMIUM may name one');
  return chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
}
