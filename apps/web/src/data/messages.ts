import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'Data',
    digits: 'digits drawn by softreg',
    mnist: 'MNIST',
    files: 'your own files',
    choose: 'What to train on',
    pick: 'Choose IDX files',
    drop: 'or drop them anywhere on the page: the four files of a set like MNIST, or images and their labels',
    opening: (name: string) => `Opening ${name} …`,
    progress: 'Progress',
    cancel: 'Cancel',
    counts: (train: string, validation: string, test: string) =>
      `${train} images to train, ${validation} to validate, ${test} to test.`,
    form: (height: number, width: number, classes: number) =>
      `${height} x ${width} pixels, ${classes} classes.`,
    smaller: (size: number) => `Minibatches have ${size} images, since a set has no more.`,
    from: {
      digits: 'Drawn in this page; nothing was downloaded.',
      mnist: 'From this site; this browser keeps it if it can.',
      files: 'Your own files; they do not leave this browser.',
    },
    mnistOffer: (megabytes: string) =>
      `MNIST comes from this site: ${megabytes} MB, which this browser keeps if it can.`,
    dropHere: 'Drop the files here',
  },
  zh: {
    title: '数据',
    digits: 'softreg 绘制的数字',
    mnist: 'MNIST',
    files: '您自己的文件',
    choose: '训练数据',
    pick: '选择 IDX 文件',
    drop: '或拖放到页面任意位置：类似 MNIST 的四个文件，或图像及其标签',
    opening: (name: string) => `正在打开 ${name}……`,
    progress: '进度',
    cancel: '取消',
    counts: (train: string, validation: string, test: string) =>
      `训练 ${train} 张，验证 ${validation} 张，测试 ${test} 张。`,
    form: (height: number, width: number, classes: number) =>
      `${height} x ${width} 像素，${classes} 个类别。`,
    smaller: (size: number) => `图像较少，小批量为 ${size} 张。`,
    from: {
      digits: '在本页中绘制，未下载任何内容。',
      mnist: '来自本站，此浏览器会尽可能保存。',
      files: '您自己的文件，不会离开此浏览器。',
    },
    mnistOffer: (megabytes: string) => `MNIST 来自本站：${megabytes} MB，此浏览器会尽可能保存。`,
    dropHere: '将文件拖放到此处',
  },
});
