import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawDigits } from '@softreg/datasets';
import { encodeIdx } from '@softreg/idx';
import { temporaryFolder } from '@softreg/testkit';
import type { Page } from 'playwright';

const CLI = fileURLToPath(new URL('../../cli/bin/softreg.js', import.meta.url));

/** Chromium fuses multiplications and additions: the same bits come of Node's engine where it does, too. */
const FUSED_FROM_NODE = 22;
const FUSE = '--experimental-wasm-relaxed-simd';

/** Four files of digits, in MNIST's form: so many to train and validate, so many to test. */
export function writeDigitFiles(train: number, test: number): { folder: string; paths: string[] } {
  const folder = temporaryFolder();
  const paths: string[] = [];
  const write = (name: string, bytes: Uint8Array) => {
    paths.push(join(folder, name));
    writeFileSync(join(folder, name), bytes);
  };
  for (const [part, prefix, count] of [
    ['train', 'train', train],
    ['test', 't10k', test],
  ] as const) {
    const { images, labels } = drawDigits({ part, count, seed: 5 });
    write(
      `${prefix}-images-idx3-ubyte`,
      encodeIdx({ type: 'uint8', shape: [count, 28, 28], data: images }),
    );
    write(
      `${prefix}-labels-idx1-ubyte`,
      encodeIdx({ type: 'uint8', shape: [count], data: labels }),
    );
  }
  return { folder, paths };
}

interface CliRun {
  readonly code: number | null;
  readonly stderr: string;
}

/**
 * The command line as a user calls it, in a process of its own.
 *
 * @param interrupted whether it gets Ctrl-C once it has printed a line: what it prints is not read before that, and the pipe does not hold all
 */
export async function softreg(
  argv: readonly string[],
  { interrupted = false } = {},
): Promise<CliRun> {
  const flags = Number.parseInt(process.versions.node, 10) < FUSED_FROM_NODE ? [FUSE] : [];
  const child = spawn(process.execPath, [...flags, CLI, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', XDG_CACHE_HOME: temporaryFolder() },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
  if (interrupted) {
    await new Promise<void>((resolve) => child.stdout.once('readable', () => resolve()));
    child.kill('SIGINT');
  }
  child.stdout.resume();
  return ended;
}

/** What the browser keeps as a file when that is clicked. */
export async function downloaded(
  page: Page,
  button: string,
): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  const path = await download.path();
  return { name: download.suggestedFilename(), bytes: readFileSync(path) };
}

export interface FilePayload {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Picks files for the page to open, by their paths or their bytes. */
export async function openFiles(
  page: Page,
  label: string,
  files: readonly string[] | readonly FilePayload[],
): Promise<void> {
  const payloads = files.map((file) =>
    typeof file === 'string'
      ? file
      : {
          name: file.name,
          mimeType: 'application/octet-stream',
          buffer: Buffer.from(file.bytes),
        },
  );
  await page.getByLabel(label).setInputFiles(payloads as string[]);
}
