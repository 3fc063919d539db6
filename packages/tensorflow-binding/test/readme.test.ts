import { readmeExamples, runReadmeExample } from '@softreg/testkit';
import { expect, test } from 'vitest';

const README = new URL('../README.md', import.meta.url);

test.each(readmeExamples(README))('the example prints what the README says', async (example) => {
  expect(await runReadmeExample(README, example)).toBe(example.output);
});
