"""Writes the pickles of this folder. Nothing of MNIST is in them: images and weights are made up (the tests know how).

    python make-pickles.py data FOLDER      three data sets, in all protocols of this Python (2.7 or 3, with NumPy)
    python make-pickles.py arrays FOLDER    small values of every kind
    python make-pickles.py model FOLDER NAME MODULE PROTOCOL...
                                            the tutorial's classifier, by a Python with Theano; FLOATX in the environment

The files that are here were made by Python 2.7.18 with NumPy 1.16.6 and Theano 0.8.2 and 1.0.5, Python 3.7.16 with NumPy 1.17.5 and
Theano 1.0.5, Python 3.8.18 with NumPy 1.19.5 and Theano-PyMC 1.1.2, and Python 3.11.7 with NumPy 2.4.6 (data and arrays).
"""
import gzip
import os
import pickle
import sys
import types

import numpy

try:
    import cPickle  # Python 2's, which the tutorial uses
except ImportError:
    cPickle = pickle

PYTHON = 'python%d' % sys.version_info[0]


def write(folder, name, value, protocol, compress=True):
    path = os.path.join(folder, name)
    text = cPickle.dumps(value, protocol)
    if not compress:
        with open(path, 'wb') as file:
            file.write(text)
        return
    with open(path + '.gz', 'wb') as file:
        # No time and no name in the header, so that the same value makes the same file.
        packed = gzip.GzipFile(filename='', mode='wb', fileobj=file, mtime=0)
        packed.write(text)
        packed.close()


def images(start, count, step=256.0, dtype='float32'):
    i = numpy.arange(start * 784, (start + count) * 784)
    pixels = numpy.where(i % 5 < 3, 0, (i * 37) % 256)
    return (pixels / step).astype(dtype).reshape(count, 784)


def labels(start, count, dtype='int64'):
    return ((numpy.arange(start, start + count) * 3) % 10).astype(dtype)


def sets(**options):
    label_type = options.pop('label_dtype', 'int64')
    return tuple((images(start, count, **options), labels(start, count, label_type)) for start, count in [(0, 3), (3, 2), (5, 2)])


def fortran(pairs):
    return tuple((numpy.asfortranarray(x), y) for x, y in pairs)


def write_data(folder):
    for protocol in range(0, min(pickle.HIGHEST_PROTOCOL, 4) + 1):
        write(folder, 'data-%s-protocol%d.pkl' % (PYTHON, protocol), sets(), protocol)
    protocol = 2 if PYTHON == 'python2' else 4
    write(folder, 'data-%s-fractions.pkl' % PYTHON, sets(step=255.0), protocol)
    write(folder, 'data-%s-float64-fortran.pkl' % PYTHON, fortran(sets(dtype='float64', label_dtype='uint8')), protocol)
    write(folder, 'data-%s-big-endian.pkl' % PYTHON, sets(dtype='>f4', label_dtype='>i4'), protocol)


def small_values():
    array = numpy.arange(6).reshape(2, 3) - 2
    return [
        None, True, False, 0, 1, -1, 255, 256, 65536, -2 ** 31, 2 ** 40, -2 ** 52, 0.0, -0.5, 1e300, float('inf'),
        '', 'plain', u'caf\u00e9 \u4e16 \\ \n\t', "quote ' and \" and \\n", (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4),
        [], [[], [[]]], {}, {'a': 1, 'b': {u'c': (None,)}, 7: [8]},
        array.astype('<f4'), array.astype('>f8'), array.astype('<i8'), array.astype('>i4'), (array % 256).astype('u1'),
        numpy.asfortranarray(array.astype('<f8')), numpy.zeros((0, 3), 'float32'), numpy.array(2.5, 'float32'),
        numpy.int64(-7), numpy.float32(0.1),
    ]


def write_arrays(folder):
    for protocol in range(0, min(pickle.HIGHEST_PROTOCOL, 4) + 1):
        values = small_values() + ([] if PYTHON == 'python2' else [b'', b'\0\xff', b'bytes'])
        values.append(values[-1])
        write(folder, 'values-%s-protocol%d.pkl' % (PYTHON, protocol), values, protocol, compress=False)


def classifier_class(theano, tensor, module):
    """Its fields are those of the tutorial's class, and its expressions are of the same kinds."""

    class LogisticRegression(object):
        pass

    def make():
        self = LogisticRegression()
        i = numpy.arange(7840)
        kind = theano.config.floatX
        self.input = tensor.matrix('x')
        self.W = theano.shared((((i % 97) - 48) / 60.0).astype(kind).reshape(784, 10), name='W', borrow=True)
        self.b = theano.shared(((numpy.arange(10) - 5) / 8.0).astype(kind), name='b', borrow=True)
        self.p_y_given_x = tensor.nnet.softmax(tensor.dot(self.input, self.W) + self.b)
        self.y_pred = tensor.argmax(self.p_y_given_x, axis=1)
        self.params = [self.W, self.b]
        return self

    LogisticRegression.__module__ = module
    LogisticRegression.__qualname__ = 'LogisticRegression'
    holder = sys.modules.setdefault(module, types.ModuleType(module))
    holder.LogisticRegression = LogisticRegression
    return make


def without_texts(theano, classifier):
    """Theano's operations carry their documentation and sources in C: those are not ours to put here."""
    for node in theano.gof.graph.ancestors([classifier.y_pred]) if hasattr(theano, 'gof') else theano.graph.basic.ancestors([classifier.y_pred]):
        operation = node.owner.op if node.owner else None
        for field, empty in [('__doc__', None), ('func_codes', []), ('func_files', [])]:
            if field in getattr(operation, '__dict__', {}):
                operation.__dict__[field] = empty
    return classifier


def write_model(folder, name, module, protocols):
    os.environ['THEANO_FLAGS'] = 'cxx=,device=cpu,floatX=%s' % os.environ.get('FLOATX', 'float64')
    import theano
    import theano.tensor

    make = classifier_class(theano, theano.tensor, module)
    for protocol in protocols:
        write(folder, 'model-%s-%s-protocol%d.pkl' % (name, PYTHON, protocol), without_texts(theano, make()), protocol)


if __name__ == '__main__':
    if sys.argv[1] == 'data':
        write_data(sys.argv[2])
    elif sys.argv[1] == 'arrays':
        write_arrays(sys.argv[2])
    else:
        write_model(sys.argv[2], sys.argv[3], sys.argv[4], [int(text) for text in sys.argv[5:]])
