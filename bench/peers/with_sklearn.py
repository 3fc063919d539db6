"""
scikit-learn, one partial_fit an epoch.

mlp: MLPClassifier with no hidden layer, which is the tutorial's model and its steps.
sgd: SGDClassifier, which is ten one-against-the-rest models and a step an image.
"""

import os
import sys

import numpy as np
import sklearn
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier

import tutorial
from blas import loaded_blas

(images, labels), sets = tutorial.read_sets(np.int64)
batch = tutorial.BATCH_SIZE
classes = np.arange(tutorial.CLASSES)
best = {}


def open_mlp():
    model = MLPClassifier(
        hidden_layer_sizes=(),
        solver="sgd",
        batch_size=batch,
        learning_rate_init=tutorial.LEARNING_RATE,
        momentum=0,
        nesterovs_momentum=False,
        alpha=0,
        shuffle=False,
    )
    # Its first call draws random parameters. The tutorial starts at zero.
    model.partial_fit(images[:batch], labels[:batch], classes=classes)
    for parameter in (*model.coefs_, *model.intercepts_):
        parameter[:] = 0
    return model, lambda: (*model.coefs_, *model.intercepts_)


def open_sgd():
    model = SGDClassifier(
        loss="log_loss",
        penalty=None,
        learning_rate="constant",
        # 600 such steps go about as far as one of the tutorial.
        eta0=tutorial.LEARNING_RATE / batch,
        shuffle=False,
        n_jobs=int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())),
    )
    return model, lambda: (model.coef_, model.intercept_)


def take_minibatches(count):
    end = count * batch
    model.partial_fit(images[:end], labels[:end], classes=classes)


def count_errors(name):
    inputs, targets = sets[name]
    return np.count_nonzero(model.predict(inputs) != targets)


def keep():
    best["parameters"] = [parameter.copy() for parameter in parameters()]


model, parameters = {"mlp": open_mlp, "sgd": open_sgd}[sys.argv[1]]()
run = tutorial.train(take_minibatches, count_errors, keep)
blas, threads = loaded_blas()
if sys.argv[1] == "sgd":
    threads = model.n_jobs
tutorial.report(run, f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, {blas}", threads)
