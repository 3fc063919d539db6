/** What backends and workers say of themselves. */
export const DEVICE_PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^processor$/, '处理器'],
  [/^backend (\w+): (.+); ([^;]+)$/, '后端 $1：{2}；{3}'],
  [/^backend (\w+): (.+)$/, '后端 $1：{2}'],
  [/^no graphics adapter answers$/, '没有图形适配器响应'],
  [/^the WebAssembly of this runtime has no SIMD$/, '此浏览器的 WebAssembly 没有 SIMD'],
  [/^there is no WebAssembly in this runtime$/, '此浏览器没有 WebAssembly'],
  [/^this browser gives no WebGL 2 context$/, '此浏览器不提供 WebGL 2'],
  [
    /^this browser has no WebGPU, or not on a page without https$/,
    '此浏览器没有 WebGPU，或仅在 https 页面提供',
  ],
  [/^WebAssembly is refused here: (.+)$/, 'WebAssembly 在此被拒绝：$1'],
  [/^expected WebAssembly at (\S+), found (.+)$/, '$1 应为 WebAssembly，实际为 $2'],
  [/^there is no memory for it: (.+)$/, '内存不足：$1'],
  [/^TensorFlow\.js could not start it here$/, 'TensorFlow.js 无法在此启动它'],
  [/^its device is lost \((.+)\)$/, '其设备已丢失（$1）'],
  [/^the browser took its WebGL context away$/, '浏览器收回了其 WebGL 上下文'],
  [/^no answer for (\d+) s$/, '$1 秒没有响应'],
  [/^it failed to start$/, '未能启动'],
];
