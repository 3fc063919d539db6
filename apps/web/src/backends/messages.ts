import { messages } from '../i18n/language.js';
import { inChinese } from '../problems/in-chinese.js';

export const texts = messages({
  en: {
    title: 'Backend',
    choose: 'Where to compute',
    auto: 'auto (the fastest that works)',
    now: (backend: string, device: string) => `Computing with ${backend} on ${device}`,
    whatRuns: 'What runs here, and why',
    measuring: 'Measuring …',
    stepsPerSecond: (steps: string) => `${steps} steps/s`,
    kernels: (count: number) => `${count} programs a step`,
    benchmark: 'Benchmark',
    run: 'Run all backends on these images',
    epochsPerSecond: 'epochs/s',
    backend: 'backend',
    notHere: (reason: string) => `does not run here: ${reason}`,
    lost: (lost: string, next: string, reason: string) =>
      `${lost} was lost (${reason}); training goes on with ${next} from the last good state.`,
    replaced: (reason: string) =>
      `The worker that trains was replaced (${reason}); training goes on from the last good state.`,
    failed: (reason: string) =>
      `No worker to train in could be started (${reason}); reload the page to try again.`,
  },
  zh: {
    title: '后端',
    choose: '计算位置',
    auto: 'auto（可用的最快者）',
    now: (backend: string, device: string) => `正在用 ${backend} 在 ${inChinese(device)} 上计算`,
    whatRuns: '此处可用的后端及原因',
    measuring: '正在测量……',
    stepsPerSecond: (steps: string) => `每秒 ${steps} 步`,
    kernels: (count: number) => `每步 ${count} 个程序`,
    benchmark: '基准测试',
    run: '在这些图像上运行所有后端',
    epochsPerSecond: '轮/秒',
    backend: '后端',
    notHere: (reason: string) => `此处无法运行：${inChinese(reason)}`,
    lost: (lost: string, next: string, reason: string) =>
      `${lost} 已丢失（${inChinese(reason)}）；训练从最后一个完好状态起改用 ${next} 继续。`,
    replaced: (reason: string) =>
      `训练用的 worker 已更换（${inChinese(reason)}）；训练从最后一个完好状态继续。`,
    failed: (reason: string) =>
      `无法启动训练用的 worker（${inChinese(reason)}）；请重新加载页面再试。`,
  },
});
