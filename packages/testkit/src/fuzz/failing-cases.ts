import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { seededRandom } from './random.js';
import { runCases } from './run-cases.js';

/** Files of which each parser's outcome is a valid value, an error of the kind that was promised, or a defect. */
export interface FileFuzz {
  /** Of the parser, as it begins the names of files that are kept. */
  readonly name: string;
  readonly cases: number;
  readonly atOnce?: number;
  /** Folder of the files that failed once. They are committed, and every run begins with them. */
  readonly kept: URL;
  /** The bytes of a case. */
  readonly make: (random: () => number) => Uint8Array;
  /** Reads the bytes in a manner that `random` chooses. Gives whether they are valid, throws where something is wrong. */
  readonly check: (bytes: Uint8Array, random: () => number) => Promise<boolean>;
}

/** A second sequence of the same seed, so that a file that is kept is read in the same manner. */
const MANNER = 0x9e3779b9;

/**
 * Replays the cases that were kept, then runs those of the seeds. The bytes of one that fails are put beside the kept ones.
 *
 * @returns how many files were valid
 */
export async function fuzzFiles(fuzz: FileFuzz): Promise<number> {
  const { name, kept, make, check, cases, atOnce } = fuzz;
  for (const file of keptCases(kept, name)) {
    await check(file.bytes, seededRandom(file.seed ^ MANNER)).catch((cause: unknown) => {
      throw new Error(`${file.path}, which failed once, fails again: ${cause}`, { cause });
    });
  }
  return runCases({
    cases,
    ...(atOnce !== undefined && { atOnce }),
    async run(random, seed) {
      const bytes = make(random);
      try {
        return await check(bytes, seededRandom(seed ^ MANNER));
      } catch (cause) {
        const path = fileURLToPath(new URL(`${name}.${seed}.bin`, kept));
        mkdirSync(kept, { recursive: true });
        writeFileSync(path, bytes);
        throw new Error(`${cause} (kept as ${path})`, { cause });
      }
    },
  });
}

function keptCases(folder: URL, name: string) {
  return readdirSync(folder)
    .map((file) => ({ file, parts: /^(.+)\.(\d+)\.bin$/.exec(file) }))
    .filter(({ parts }) => parts?.[1] === name)
    .map(({ file, parts }) => {
      const path = fileURLToPath(new URL(file, folder));
      return { path, seed: Number(parts?.[2]), bytes: new Uint8Array(readFileSync(path)) };
    });
}
