import { refused } from './faults.js';
import { type NameKind, PyName } from './values.js';

/** Everything that is not of Theano's and that a pickle may name. Names are all that is taken: none of it is looked up or run. */
const NAMES: ReadonlyMap<string, NameKind> = new Map([
  ['numpy.ndarray', 'numpy array'],
  ['numpy.dtype', 'numpy dtype'],
  ['numpy.core.multiarray._reconstruct', 'make array'],
  ['numpy._core.multiarray._reconstruct', 'make array'],
  ['numpy.core.multiarray.scalar', 'make scalar'],
  ['numpy._core.multiarray.scalar', 'make scalar'],
  // On a graphics card, shared variables hold arrays of its own: these take a NumPy array back there.
  ['theano.sandbox.cuda.type.CudaNdarray_unpickler', 'array from device'],
  ['theano.sandbox.gpuarray.type.GpuArray_unpickler', 'array from device'],
  ['theano.gpuarray.type.GpuArray_unpickler', 'array from device'],
  ['_codecs.encode', 'encode text'],
  ['__builtin__.bytes', 'make bytes'],
  ['copy_reg._reconstructor', 'make object'],
  ['copyreg._reconstructor', 'make object'],
  ['__builtin__.object', 'object'],
  ['builtins.object', 'object'],
  // Theano-PyMC's variables hold a method of their type.
  ['__builtin__.getattr', 'get attribute'],
  ['builtins.getattr', 'get attribute'],
]);

const CLASSIFIER = /^(?:__main__|(?:\w+\.)*logistic_(?:sgd|cg))$/;
const THEANO = /^theano(?:\.[A-Za-z]\w*)+$/;
const SYMBOL = /^[A-Za-z]\w*$/;

/** @throws SerializationError FILE_REFUSED for a name that is not on the list */
export function allowedName(module: string, name: string, offset: number): PyName {
  const full = `${module}.${name}`;
  const kind = name.includes('.') ? undefined : NAMES.get(full);
  if (kind !== undefined) return new PyName(full, kind);
  const isSymbol =
    (THEANO.test(module) && SYMBOL.test(name)) ||
    (CLASSIFIER.test(module) && name === 'LogisticRegression');
  if (!isSymbol) throw refused(offset, JSON.stringify(full));
  return new PyName(full, 'symbol');
}
