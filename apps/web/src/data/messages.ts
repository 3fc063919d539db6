import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'Data',
    digits: 'digits drawn by softreg',
    mnist: 'MNIST',
    own: 'your own files',
    choose: 'What to train on',
    pick: 'Choose IDX files',
    drop: 'or drop them anywhere on the page: the four files of a set like MNIST, or images and their labels',
    opening: (name: string) => `Opening ${name} …`,
    counts: (train: string, validation: string, test: string) =>
      `${train} images to train, ${validation} to validate, ${test} to test`,
    dropHere: 'Drop the files here',
  },
  zh: {
    title: '数据',
    digits: 'softreg 绘制的数字',
    mnist: 'MNIST',
    own: '您自己的文件',
    choose: '训练数据',
    pick: '选择 IDX 文件',
    drop: '或拖放到页面任意位置:类似 MNIST 的四个文件,或图像及其标签',
    opening: (name: string) => `正在打开 ${name}……`,
    counts: (train: string, validation: string, test: string) =>
      `训练 ${train} 张,验证 ${validation} 张,测试 ${test} 张`,
    dropHere: '将文件拖放到此处',
  },
});
