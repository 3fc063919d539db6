import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface ReadmeExample {
  /** A `js` block: an ES module. */
  readonly code: string;
  /** The `text` block right after it: what the module prints. */
  readonly output: string;
}

/** The runnable examples of a README, in order. */
export function readmeExamples(readme: URL): ReadmeExample[] {
  const text = readFileSync(readme, 'utf8');
  return [
    ...text.matchAll(/^```js\n((?:(?!```).*\n)*)```\n\n```text\n((?:(?!```).*\n)*)```$/gm),
  ].map(([, code = '', output = '']) => ({ code, output }));
}

/** Runs an example in a Node of its own, as a user of the built package beside the README would; gives what it prints. */
export async function runReadmeExample(readme: URL, { code }: ReadmeExample): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', code],
    { cwd: fileURLToPath(new URL('.', readme)) },
  );
  if (stderr !== '') throw new Error(`the example wrote to stderr:\n${stderr}`);
  return stdout;
}
