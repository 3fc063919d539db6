import type { Phrase } from './data-phrases.js';

/** What the errors of model and checkpoint files say, of most damage that a file can have. */
export const FILE_PHRASES: readonly Phrase[] = [
  [/^(.+), file$/, '$1'],
  [/^(.+), header$/, '$1 的文件头'],
  [/^(.+), data$/, '$1 的数据'],
  [/^(.+), tensor (".+")$/, '$1 的张量 $2'],
  [/^at least (\d+) bytes$/, '至少 $1 字节'],
  [/^the end of the file after (\d+)$/, '文件在 $1 字节后结束'],
  [/^a safetensors file$/, 'safetensors 文件'],
  [/^something else$/, '其他内容'],
  [/^nothing$/, '没有内容'],
  [/^a whole zip archive, as \.npz files are$/, '完整的 zip 文件（.npz 即为此格式）'],
  [/^a whole ONNX model$/, '完整的 ONNX 模型'],
  [/^End of central directory not found$/, '没有目录'],
  [/^illegal tag.*$/, '非法的标记'],
  [
    /^softreg did not write this file, or it was changed or damaged since; use another copy$/,
    '此文件不是由 softreg 写入，或此后已被更改或损坏，请换用另一份',
  ],
  [
    /^it was changed or damaged since softreg wrote it; export it again$/,
    '此文件在 softreg 写入后已被更改或损坏，请重新导出',
  ],
  [/^the file was cut or damaged; use another copy$/, '文件被截断或损坏，请换用另一份'],
  [/^read it with the release of softreg that wrote it$/, '请用写入它的 softreg 版本读取'],
  [/^open it with the release of softreg that made it$/, '请用生成它的 softreg 版本打开'],
  [/^save the model with numpy\.savez, which packs nothing$/, '请用不压缩的 numpy.savez 保存模型'],
  [/^save the model as one file$/, '请将模型保存为一个文件'],
];
