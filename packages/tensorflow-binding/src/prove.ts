import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BindingError } from './errors.js';
import { describeEnd, run } from './run.js';
import type { TfjsPackage } from './tfjs-package.js';

const CHILD = fileURLToPath(new URL('../bin/prove.cjs', import.meta.url));
/** Before the answer's line: TensorFlow.js itself may print others. */
const MARK = 'tensorflow-binding: ';

/** What a working addon says of itself. */
export interface Proof {
  /** The version of libtensorflow. */
  readonly libtensorflow: string;
  readonly device: 'CPU' | 'GPU';
}

type Answer = Proof | { readonly error: string };

/**
 * Loads the package in a process of its own and multiplies two matrices, as its user would.
 *
 * @param addon a file for the package to load in place of the one in its folder
 * @throws BindingError BINDING_NOT_WORKING
 */
export async function proveAddon(
  target: TfjsPackage,
  { addon, signal }: { addon?: string; signal?: AbortSignal | undefined } = {},
): Promise<Proof> {
  const path = addon ?? join(target.folder, target.addon);
  if (!existsSync(path)) {
    const advice = addon === undefined ? 'tensorflow-binding builds it' : undefined;
    throw notWorking(target, `no ${path}`, advice);
  }
  const end = await run(
    [process.execPath, CHILD, target.folder, ...(addon === undefined ? [] : [addon])],
    signal,
  );
  const answer = answerIn(end.stdout);
  if (answer !== undefined && 'error' in answer) throw notWorking(target, answer.error);
  if (answer === undefined || end.code !== 0) throw notWorking(target, describeEnd(end));
  return answer;
}

function answerIn(stdout: string): Answer | undefined {
  const line = stdout.split('\n').find((text) => text.startsWith(MARK));
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as Answer);
}

function notWorking(
  { name, version, folder }: TfjsPackage,
  found: string,
  advice = 'build its addon anew with --force, or with another libtensorflow',
): BindingError {
  return new BindingError(
    'BINDING_NOT_WORKING',
    `${name} ${version} in ${folder}: expected it to multiply two matrices, found ${found}; ${advice}`,
  );
}
