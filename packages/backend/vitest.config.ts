import { nodeAndBrowserTests } from '@softreg/testkit/vitest';

export default nodeAndBrowserTests({
  isolated: ['test/simd.test.ts', 'test/simd-in-worker.browser.test.ts'],
});
