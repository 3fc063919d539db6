import { chromium } from 'playwright';

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium of SOFTREG_CHROMIUM, else that of Debian. */
export function openChromium() {
  const executablePath = process.env.SOFTREG_CHROMIUM || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}
