import type { BackendErrorCode } from '@softreg/backend';
import type { DatasetErrorCode } from '@softreg/datasets';
import type { IdxErrorCode } from '@softreg/idx';
import type { ModelErrorCode } from '@softreg/model';
import type { SerializationErrorCode } from '@softreg/serialization';
import type { TrainingErrorCode } from '@softreg/trainer';
import type { PageErrorCode } from './page-error.js';

/** What a page can meet. */
export type ProblemCode =
  | BackendErrorCode
  | DatasetErrorCode
  | IdxErrorCode
  | ModelErrorCode
  | SerializationErrorCode
  | TrainingErrorCode
  | PageErrorCode;

/** Begins the sentence in Chinese. */
export const CHINESE_HEADINGS: Readonly<Record<ProblemCode, string>> = {
  BACKEND_UNKNOWN: '没有此后端',
  BACKEND_UNAVAILABLE: '后端不可用',
  BACKEND_LOST: '后端已丢失',
  BACKEND_INVALID_ARGUMENT: '后端无法接受',
  BACKEND_NOT_READY: '后端尚未就绪',
  BACKEND_OUT_OF_MEMORY: '内存不足',
  DATASET_UNKNOWN: '没有此数据集',
  DATASET_FOLDER_MISSING: '文件夹不存在',
  DATASET_FILE_MISSING: '缺少文件',
  DATASET_FILE_DAMAGED: '文件无效',
  DATASET_FILE_TWICE: '文件重复',
  DATASET_WRONG_SHAPE: '数据形式不符',
  DATASET_WRONG_CHECKSUM: '校验和不符',
  DATASET_COUNTS_DIFFER: '数量不一致',
  DATASET_LABEL_OUT_OF_RANGE: '标签超出范围',
  DATASET_TOO_SMALL: '图像太少',
  DATASET_UNREACHABLE: '无法下载',
  DATASET_CACHE_FAILED: '浏览器存储出错',
  IDX_TRUNCATED: '文件不完整',
  IDX_BAD_MAGIC: '不是 IDX 文件',
  IDX_UNKNOWN_TYPE: '元素类型未知',
  IDX_TRAILING_BYTES: '文件末尾有多余字节',
  IDX_TOO_LARGE: '文件太大',
  IDX_BAD_GZIP: 'gzip 数据损坏',
  IDX_NO_ROWS: '文件中没有行',
  IDX_INVALID_ARRAY: '数组无效',
  MODEL_INVALID: '模型无效',
  MODEL_DATA_MISMATCH: '模型与数据不符',
  FILE_MISSING: '文件不存在',
  FILE_UNREADABLE: '文件无法读取',
  FILE_WRITE_FAILED: '文件无法写入',
  FILE_NOT_SAFETENSORS: '不是 safetensors 文件',
  FILE_TRUNCATED: '文件不完整',
  FILE_TRAILING_BYTES: '文件末尾有多余字节',
  FILE_INVALID_HEADER: '文件头无效',
  FILE_INVALID_CONTENT: '内容无效',
  FILE_DAMAGED: '文件已损坏',
  FILE_UNSUPPORTED_VERSION: '不支持此版本',
  FILE_NOT_A_MODEL: '不是模型文件',
  FILE_NOT_A_CHECKPOINT: '不是检查点文件',
  FILE_NOT_TUTORIAL_DATA: '不是教程的数据文件',
  FILE_NOT_A_PICKLE: '不是 pickle 文件',
  FILE_REFUSED: '文件被拒绝',
  FILE_TOO_LARGE: '文件太大',
  FILE_BAD_GZIP: 'gzip 数据损坏',
  TRAINING_INVALID_SETTING: '设置无效',
  TRAINING_INVALID_DATA: '数据不符',
  TRAINING_INVALID_STATE: '训练状态不符',
  PAGE_FILE_COUNT: '文件数量不符',
  PAGE_DATA_TOO_LARGE: '数据太大',
};

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(CHINESE_HEADINGS, code);
}
