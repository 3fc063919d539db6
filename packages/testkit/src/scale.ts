/** Whether the long versions of the tests were asked for. */
export const fullScale = process.env.SOFTREG_TEST_SCALE === 'full';
