import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
// In a mount namespace of its own, so that the small disk is gone with the process, whatever happens to it.
const UNSHARE = ['--mount', '--map-root-user', 'sh', '-c'];
const MOUNT = 'mount -t tmpfs -o size=64k tmpfs "$1"';

const reason = whyNoSmallDisk();
if (reason !== undefined) process.stderr.write(`SKIPPED, tests on a full disk: ${reason}\n`);

test.skipIf(reason !== undefined)('a real full disk leaves the old file and no other', () => {
  const script = `
    await writeFileAtomic(file, new Uint8Array(30_000));
    report('first');
    await writeFileAtomic(file, new Uint8Array(40_000)).catch((error) => console.log(error.code));
    report('second');
    await writeFileAtomic(file, new Uint8Array(20_000));
    report('third');`;
  expect(onSmallDisk(script)).toBe('first 30000 1\nENOSPC\nsecond 30000 1\nthird 20000 1\n');
});

// Root may write into a folder of any mode, so the file system itself is made read-only.
test.skipIf(reason !== undefined)('a real read-only folder keeps the old file and no other', () => {
  const script = `
    await writeFileAtomic(file, new Uint8Array(30_000));
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await writeFileAtomic(file, new Uint8Array(20_000)).catch((error) => console.log(error.code));
    report('after');`;
  expect(onSmallDisk(script)).toBe('EROFS\nafter 30000 1\n');
});

/** What a script prints that has a disk of 64 KiB. */
function onSmallDisk(script: string): string {
  const head = `
    import { execFileSync } from 'node:child_process';
    import { readdirSync, readFileSync } from 'node:fs';
    import { writeFileAtomic } from '@softreg/atomic-file';
    const folder = process.argv[1];
    const file = folder + '/a';
    const report = (name) => console.log(name, readFileSync(file).length, readdirSync(folder).length);`;
  return execFileSync(
    'unshare',
    [
      ...UNSHARE,
      `${MOUNT} && exec "$2" --input-type=module --eval "$3" "$1"`,
      'sh',
      temporaryFolder(),
      process.execPath,
      `${head}${script}`,
    ],
    { cwd: PACKAGE, encoding: 'utf8' },
  );
}

function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'they need Linux';
  const { error, status, stderr } = spawnSync('unshare', [...UNSHARE, MOUNT, 'sh', '/mnt'], {
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  return `no tmpfs can be mounted (${(error?.message ?? stderr).trim()})`;
}
