import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'Back through the epochs',
    slider: 'Epoch that is shown',
    epoch: (at: string) => `epoch ${at}`,
    now: 'now, following the training',
    pretrained: 'the pretrained model',
    uploaded: (file: string) => `the model in ${file}`,
    linked: 'the model of the link',
    best: 'Best',
    goNow: 'Now',
  },
  zh: {
    title: '回看各轮',
    slider: '显示的轮次',
    epoch: (at: string) => `第 ${at} 轮`,
    now: '当前，跟随训练',
    pretrained: '预训练模型',
    uploaded: (file: string) => `${file} 中的模型`,
    linked: '链接中的模型',
    best: '最佳',
    goNow: '当前',
  },
});
