/** Element types of tensors, as ONNX numbers them. */
export const DATA_TYPE = { float: 1, uint8: 2, int32: 6, int64: 7, double: 11 } as const;

/** Types of attributes, as ONNX numbers them. */
export const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** Where a tensor's data lie: in the file itself. */
export const DATA_IN_FILE = 0;

/** The version of the operators' set that is written: of 2020, and old enough for every runtime of today. */
export const OPSET_VERSION = 13;
/** The version of the file's layout that goes with it. */
export const IR_VERSION = 7;

/** What is read: broadcasting as it is today began with 7; later versions than these may mean something else by the same names. */
export const READABLE_OPSETS = { 'ai.onnx': [7, 28], 'ai.onnx.ml': [1, 5] } as const;
export const READABLE_IR = [3, 14] as const;

/** Who made the file, and the name of its graph. */
export const MAKER = 'softreg';

/** The key of the file's own checksum in its metadata. */
export const DIGEST_KEY = 'file_sha256';
