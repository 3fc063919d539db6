export { type Binding, type BuildOptions, buildBinding, checkBinding } from './build-binding.js';
export { BindingError, type BindingErrorCode } from './errors.js';
export { findPackages } from './find-packages.js';
