// What the site is built with are packages of the workspace: builds them where nobody has yet. `node scripts/built-packages.js`
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGES = ['backend', 'datasets', 'idx', 'model', 'serialization', 'trainer'];

if (!PACKAGES.every((name) => existsSync(join(ROOT, 'packages', name, 'dist/index.js')))) {
  const manifest = createRequire(join(ROOT, 'package.json')).resolve('turbo/package.json');
  const turbo = join(dirname(manifest), 'bin/turbo');
  const filters = PACKAGES.map((name) => `--filter=@softreg/${name}`);
  execFileSync(process.execPath, [turbo, 'run', 'build', ...filters], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}
