import { nodeTests } from '@softreg/testkit/vitest';

const config = nodeTests();
for (const project of config.test?.projects ?? []) {
  if (typeof project === 'object' && 'test' in project) {
    project.test = { ...project.test, globalSetup: './test/global-setup.ts' };
  }
}

export default config;
