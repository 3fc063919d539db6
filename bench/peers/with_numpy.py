"""NumPy in float32. With an argument, the best parameters are saved there."""

import sys

import numpy as np

import tutorial
from blas import loaded_blas

(images, labels), sets = tutorial.read_sets(np.intp)
batch = tutorial.BATCH_SIZE
step = np.float32(tutorial.LEARNING_RATE / batch)
rows = np.arange(batch)

# A row a class: the layout in which OpenBLAS was fastest, for both products.
weights = np.zeros((tutorial.CLASSES, images.shape[1]), np.float32)
bias = np.zeros(tutorial.CLASSES, np.float32)
scores = np.empty((batch, tutorial.CLASSES), np.float32)
gradient = np.empty_like(weights)
best = {}


def take_minibatches(count):
    for start in range(0, count * batch, batch):
        inputs = images[start : start + batch]
        np.matmul(inputs, weights.T, out=scores)
        np.add(scores, bias, out=scores)
        np.subtract(scores, scores.max(axis=1, keepdims=True), out=scores)
        np.exp(scores, out=scores)
        np.divide(scores, scores.sum(axis=1, keepdims=True), out=scores)
        scores[rows, labels[start : start + batch]] -= 1
        np.multiply(scores, step, out=scores)
        np.matmul(scores.T, inputs, out=gradient)
        np.subtract(weights, gradient, out=weights)
        np.subtract(bias, scores.sum(axis=0), out=bias)


def count_errors(name):
    inputs, targets = sets[name]
    outputs = inputs @ weights.T
    outputs += bias
    return np.count_nonzero(outputs.argmax(axis=1) != targets)


def keep():
    best.update(weights=weights.copy(), bias=bias.copy())


run = tutorial.train(take_minibatches, count_errors, keep)
if len(sys.argv) > 1:
    np.savez(sys.argv[1], **best)
blas, threads = loaded_blas()
tutorial.report(run, f"NumPy {np.__version__}, {blas}", threads)
