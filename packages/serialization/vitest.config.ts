import { nodeAndBrowserTests } from '@softreg/testkit/vitest';

export default nodeAndBrowserTests();
