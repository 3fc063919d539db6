import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'Weights',
    image: (name: string) => `Weights of ${name}; arrow keys move over the pixels`,
    hint: 'Point at a pixel, or go to an image and use the arrow keys.',
    pixel: (name: string, row: number, column: number, weight: string) =>
      `${name}: row ${row}, column ${column}: ${weight}`,
    scale: 'One scale for all images',
  },
  zh: {
    title: '权重',
    image: (name: string) => `${name} 的权重；用方向键在像素间移动`,
    hint: '指向某个像素，或选中一幅图像后使用方向键。',
    pixel: (name: string, row: number, column: number, weight: string) =>
      `${name}：第 ${row} 行第 ${column} 列：${weight}`,
    scale: '所有图像共用一个刻度',
  },
});
