import { nodeTests } from '@softreg/testkit/vitest';

export default nodeTests();
