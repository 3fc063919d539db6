"""PyTorch on the processor: cross_entropy, autograd, and SGD in place, which is faster here than torch.optim.SGD."""

import os

import numpy as np
import torch
from torch.nn.functional import cross_entropy, linear

import tutorial
from blas import loaded_blas

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
(images, labels), sets = tutorial.read_sets(np.int64)
batch = tutorial.BATCH_SIZE
minibatches = list(
    zip(torch.from_numpy(images).split(batch), torch.from_numpy(labels).split(batch))
)
sets = {name: tuple(map(torch.from_numpy, examples)) for name, examples in sets.items()}
weights = torch.zeros(tutorial.CLASSES, images.shape[1], requires_grad=True)
bias = torch.zeros(tutorial.CLASSES, requires_grad=True)
parameters = (weights, bias)
best = {}


def take_minibatches(count):
    for inputs, targets in minibatches[:count]:
        loss = cross_entropy(linear(inputs, weights, bias), targets)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter.sub_(gradient, alpha=tutorial.LEARNING_RATE)


@torch.inference_mode()
def count_errors(name):
    inputs, targets = sets[name]
    return (linear(inputs, weights, bias).argmax(1) != targets).sum().item()


def keep():
    best.update(weights=weights.detach().clone(), bias=bias.detach().clone())


run = tutorial.train(take_minibatches, count_errors, keep)
blas = "MKL" if torch.backends.mkl.is_available() else loaded_blas()[0]
tutorial.report(run, f"PyTorch {torch.__version__}, {blas}", torch.get_num_threads())
