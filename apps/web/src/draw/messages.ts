import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'Draw a digit',
    pad: 'Drawing pad',
    help: 'Draw with mouse, finger or pen. With keys: arrows move the pen, space or Enter puts it down and up, Ctrl+Z undoes, Esc clears.',
    seen: 'As the model sees it',
    undo: 'Undo',
    clear: 'Clear',
    startFrom: 'Start from a digit',
    example: 'an example digit',
    hint: 'Draw, and the model reads it.',
    readAs: (name: string, percent: string) => `Read as ${name} (${percent})`,
    probabilities: 'Probability of each class',
    largest: 'largest',
    cannot: (height: number, width: number) =>
      `This model reads images of ${height} x ${width} pixels; a drawing has 28 x 28.`,
  },
  zh: {
    title: '手写一个数字',
    pad: '画板',
    help: '用鼠标、手指或触控笔书写。键盘：方向键移动画笔，空格或回车落笔、提笔，Ctrl+Z 撤销，Esc 清除。',
    seen: '模型看到的图像',
    undo: '撤销',
    clear: '清除',
    startFrom: '从示例数字开始',
    example: '示例数字',
    hint: '请书写，模型会随时识别。',
    readAs: (name: string, percent: string) => `识别为 ${name}（${percent}）`,
    probabilities: '各类别的概率',
    largest: '最大',
    cannot: (height: number, width: number) =>
      `此模型读取 ${height} x ${width} 像素的图像，而手写图像为 28 x 28。`,
  },
});
