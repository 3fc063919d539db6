import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    confusion: 'Confusion matrix of the test images',
    caption: 'Rows: what it is. Columns: what it is read as.',
    cell: (actual: string, predicted: string, count: number) =>
      `${actual} read as ${predicted}: ${count}`,
    errors: (errors: number, count: number, rate: string) =>
      `${errors} of ${count} wrong (${rate}\u00a0%)`,
    whole: 'whole minibatches',
    all: 'all images',
    hint: 'Choose a cell to see its images. Arrow keys move.',
    cellTitle: (actual: string, predicted: string) => `${actual} read as ${predicted}`,
    range: (from: number, to: number, count: number) => `${from} to ${to} of ${count}`,
    none: 'There is none.',
    previous: 'Previous',
    next: 'Next',
    image: (index: number, label: string) => `test image ${index}, a ${label}`,
    mistakes: 'Worst mistakes',
    noMistakes: 'There are no mistakes.',
    mistake: (predicted: string, share: string) => `read as ${predicted}: ${share}\u00a0%`,
    truth: (label: string, share: string) => `is ${label}: ${share}\u00a0%`,
    waiting: 'Looking at the test images …',
  },
  zh: {
    confusion: '测试图像的混淆矩阵',
    caption: '行：真实类别。列：识别结果。',
    cell: (actual: string, predicted: string, count: number) =>
      `${actual} 识别为 ${predicted}：${count} 个`,
    errors: (errors: number, count: number, rate: string) =>
      `${count} 个中错 ${errors} 个（${rate}\u00a0%）`,
    whole: '完整小批量',
    all: '全部图像',
    hint: '选择一个单元格查看其图像；可用方向键移动。',
    cellTitle: (actual: string, predicted: string) => `${actual} 识别为 ${predicted}`,
    range: (from: number, to: number, count: number) => `第 ${from}–${to} 个，共 ${count} 个`,
    none: '没有这样的图像。',
    previous: '上一页',
    next: '下一页',
    image: (index: number, label: string) => `测试图像 ${index}，${label}`,
    mistakes: '最严重的错误',
    noMistakes: '没有错误。',
    mistake: (predicted: string, share: string) => `识别为 ${predicted}：${share}\u00a0%`,
    truth: (label: string, share: string) => `实为 ${label}：${share}\u00a0%`,
    waiting: '正在查看测试图像……',
  },
});
