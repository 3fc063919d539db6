"""Writes the pickles of this folder, in the form of the tutorial's mnist.pkl.gz. Nothing of MNIST is in them: the images are made up.

    python3 make.py     (with NumPy; those that are here were made by Python 3.11 with NumPy 2.4)
"""
import gzip
import os
import pickle

import numpy


def pixels(start, count):
    i = numpy.arange(start * 784, (start + count) * 784)
    return numpy.where(i % 7 < 5, 0, (i * 31) % 256).reshape(count, 784)


def pair(start, count, step):
    labels = (numpy.arange(start, start + count) * 3) % 10
    return (pixels(start, count) / step).astype('float32'), labels.astype('int64')


def write(name, counts, step=256.0):
    starts = numpy.cumsum([0] + counts[:-1])
    sets = tuple(pair(start, count, step) for start, count in zip(starts, counts))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, 'wb') as file:
        # No time and no name in the header, so that the same sets make the same file.
        packed = gzip.GzipFile(filename='', mode='wb', fileobj=file, mtime=0)
        packed.write(pickle.dumps(sets, 2))
        packed.close()


write('split.pkl.gz', [20, 4, 6])
write('other-split.pkl.gz', [18, 6, 6])
write('other-scale.pkl.gz', [5, 1, 2], 255.0)
