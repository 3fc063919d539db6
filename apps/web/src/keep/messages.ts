import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'Keep and share',
    model: (name: string) => `Model: ${name}`,
    modelHint: 'Weights, matrix and drawings show this one. The slider chooses an epoch.',
    format: 'Form of the file',
    formats: {
      safetensors: 'safetensors',
      tfjs: 'TensorFlow.js (two files)',
      onnx: 'ONNX',
      npz: 'NumPy .npz',
      js: 'JavaScript module',
    },
    download: (file: string) => `Download ${file}`,
    checkpoint: 'Download a checkpoint of the run',
    checkpointHint: 'It goes on here, or on the command line:',
    pairHint:
      'It goes on here, with the same files; the command line takes no pair of files to train on.',
    open: 'Open a model or a checkpoint',
    openHint:
      'safetensors, ONNX, .npz, or model.json with weights.bin; or drop them anywhere on the page',
    opening: (name: string) => `Opening ${name} …`,
    showing: (name: string) => `Showing the model in ${name}.`,
    rescaled: (scale: string) =>
      `It was made for pixels divided by ${scale}; its weights were scaled for 256.`,
    resumed: (name: string, epoch: string) => `The run in ${name} goes on from epoch ${epoch}.`,
    otherBackend: (wanted: string, used: string) =>
      `It was computed with ${wanted}; with ${used} the last digits are rounded in another way.`,
    others: (list: string) => `From the checkpoint, with no field here: ${list}.`,
    forget: 'Begin anew without them',
    link: 'Copy a link with the model',
    linkLabel: 'Link with the model',
    counting: 'Rounding the weights, and counting the errors …',
    copied: (length: string) => `Copied: a link of ${length} characters.`,
    notCopied: (length: string) => `Copy the link from the field: it has ${length} characters.`,
    cost: (before: string, after: string, count: string) =>
      `Its weights have 8 bits: of ${count} test images ${after} are wrong, with all bits ${before}.`,
    ownData: 'Your own files are not in the link.',
    fromLink: 'the link',
    linkDamaged:
      'the link: expected a whole model, found one that is cut or changed; copy all of the link again.',
    linkVersion:
      'the link: expected a model as this release writes it, found one of another; open it with the release that made it.',
    otherShape: (name: string, expected: string, found: string) =>
      `${name}: expected a model of ${expected}, as the data has, found one of ${found}; choose data of that form first.`,
    shape: (height: number, width: number, classes: number) =>
      `${height} x ${width} pixels and ${classes} classes`,
    tooLarge: (name: string, most: string, found: string) =>
      `${name}: expected a file of at most ${most} MB, found ${found} MB; choose a model or a checkpoint.`,
    tooMany: (names: string) =>
      `${names}: expected one model or checkpoint, or model.json with weights.bin; choose one at a time.`,
    onlyHalf: (name: string) =>
      `${name}: expected model.json and weights.bin of TensorFlow.js, found one of them; choose both at once.`,
    unreadable: (name: string) =>
      `${name}: expected a file that can be read, found a folder, or a file that is gone; choose the file itself.`,
    notARun: (name: string) =>
      `${name}: expected the settings of a run, found other text; use a checkpoint of softreg train.`,
    otherScale: (name: string, found: string) =>
      `${name}: expected a run with pixels divided by 256, found ${found}; go on with it on the command line.`,
    streamed: (name: string) =>
      `${name}: expected a run that had its images in memory, found one with --stream; go on with it on the command line.`,
    otherData: (name: string, part: string, dataset: string, expected: string, found: string) =>
      `${name}: expected the data of that run, ${dataset}, found other ${part} (SHA-256 ${found}, not ${expected}); open that data first.`,
    parts: {
      trainImages: 'training images',
      trainLabels: 'training labels',
      testImages: 'test images',
      testLabels: 'test labels',
    },
  },
  zh: {
    title: '保存与分享',
    model: (name: string) => `模型：${name}`,
    modelHint: '权重、矩阵和手写识别均使用此模型。可用滑块选择轮次。',
    format: '文件格式',
    formats: {
      safetensors: 'safetensors',
      tfjs: 'TensorFlow.js（两个文件）',
      onnx: 'ONNX',
      npz: 'NumPy .npz',
      js: 'JavaScript 模块',
    },
    download: (file: string) => `下载 ${file}`,
    checkpoint: '下载训练检查点',
    checkpointHint: '可在此处继续，或在命令行中继续：',
    pairHint: '使用相同的文件即可在此处继续；命令行不能用一对文件训练。',
    open: '打开模型或检查点',
    openHint: 'safetensors、ONNX、.npz，或 model.json 与 weights.bin；也可拖放到页面任意位置',
    opening: (name: string) => `正在打开 ${name}……`,
    showing: (name: string) => `正在显示 ${name} 中的模型。`,
    rescaled: (scale: string) => `该模型的像素值除以 ${scale}；其权重已换算为除以 256。`,
    resumed: (name: string, epoch: string) => `${name} 中的训练从第 ${epoch} 轮继续。`,
    otherBackend: (wanted: string, used: string) =>
      `它原先用 ${wanted} 计算；改用 ${used} 后末位数字的舍入不同。`,
    others: (list: string) => `检查点中的其他设置：${list}。`,
    forget: '不用这些设置，重新开始',
    link: '复制含模型的链接',
    linkLabel: '含模型的链接',
    counting: '正在舍入权重并统计错误……',
    copied: (length: string) => `已复制链接，共 ${length} 个字符。`,
    notCopied: (length: string) => `请从输入框复制链接，共 ${length} 个字符。`,
    cost: (before: string, after: string, count: string) =>
      `权重为 8 位：${count} 张测试图像中错 ${after} 张，完整精度时错 ${before} 张。`,
    ownData: '链接中不含您自己的文件。',
    fromLink: '链接',
    linkDamaged: '链接：应含完整的模型，实际已被截断或更改；请重新复制整个链接。',
    linkVersion: '链接：应为此版本写入的模型，实际来自其他版本；请用生成它的版本打开。',
    otherShape: (name: string, expected: string, found: string) =>
      `${name}：应为与数据相符的模型（${expected}），实际为 ${found}；请先选择该形式的数据。`,
    shape: (height: number, width: number, classes: number) =>
      `${height} x ${width} 像素、${classes} 个类别`,
    tooLarge: (name: string, most: string, found: string) =>
      `${name}：文件应不超过 ${most} MB，实际为 ${found} MB；请选择模型或检查点。`,
    tooMany: (names: string) =>
      `${names}：应为一个模型或检查点，或 model.json 与 weights.bin；请一次选择一个。`,
    onlyHalf: (name: string) =>
      `${name}：应为 TensorFlow.js 的 model.json 和 weights.bin，实际只有其一；请同时选择两者。`,
    unreadable: (name: string) =>
      `${name}：应为可以读取的文件，实际为文件夹或已不存在；请选择文件本身。`,
    notARun: (name: string) =>
      `${name}：应含训练设置，实际为其他文本；请使用 softreg train 的检查点。`,
    otherScale: (name: string, found: string) =>
      `${name}：训练的像素值应除以 256，实际除以 ${found}；请在命令行中继续。`,
    streamed: (name: string) =>
      `${name}：训练的图像应在内存中，实际使用了 --stream；请在命令行中继续。`,
    otherData: (name: string, part: string, dataset: string, expected: string, found: string) =>
      `${name}：应为该训练所用的数据 ${dataset}，但${part}不同（SHA-256 为 ${found}，应为 ${expected}）；请先打开该数据。`,
    parts: {
      trainImages: '训练图像',
      trainLabels: '训练标签',
      testImages: '测试图像',
      testLabels: '测试标签',
    },
  },
});
