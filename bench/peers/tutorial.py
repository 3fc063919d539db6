"""The tutorial's run, but for the arithmetic: MNIST, minibatches, early stopping, and what is printed at the end."""

import gzip
import json
import math
import os
import sys
import time

import numpy as np

BATCH_SIZE = 600
LEARNING_RATE = 0.13
CLASSES = 10
MINIBATCHES = 83
SCORED = 9600


def read_idx(name):
    path = os.path.join(os.environ["SOFTREG_DATA_DIR"], name)
    with open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz") as file:
        data = file.read()
    rank = data[3]
    shape = np.frombuffer(data, ">i4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_sets(label_type):
    """The images of whole minibatches and their labels: float32 from 0 to 255/256, one row an image."""
    train = examples("train", 0, MINIBATCHES * BATCH_SIZE, label_type)
    validation = examples("train", 50_000, SCORED, label_type)
    return train, {"validation": validation, "test": examples("t10k", 0, SCORED, label_type)}


def examples(prefix, start, count, label_type):
    images = read_idx(prefix + "-images-idx3-ubyte")[start : start + count].reshape(count, -1)
    labels = read_idx(prefix + "-labels-idx1-ubyte")[start : start + count]
    return np.multiply(images, np.float32(1 / 256), dtype=np.float32), labels.astype(label_type)


def train(take_minibatches, count_errors, keep):
    """
    Trains until patience runs out, or until SOFTREG_BENCH_SECONDS have passed.

    take_minibatches(n) takes a step on each of the first n, count_errors(name) scores a set, keep() copies the parameters.
    """
    max_seconds = float(os.environ.get("SOFTREG_BENCH_SECONDS", "inf"))
    scores = {"validation": [], "test": []}
    epoch_ms = []
    epoch, iterations, patience, best, stop = 0, 0, 5000, math.inf, None

    def score(name):
        errors = int(count_errors(name))
        scores[name].append({"epoch": epoch, "minibatch": MINIBATCHES, "errors": errors})
        return errors

    began = time.perf_counter()
    while stop is None:
        start = time.perf_counter()
        epoch += 1
        # Patience grows at the end of an epoch alone, so its start knows how far it goes.
        minibatches = min(MINIBATCHES, patience + 1 - iterations)
        take_minibatches(minibatches)
        iterations += minibatches
        if minibatches == MINIBATCHES:
            errors = score("validation")
            if errors < best:
                if errors < best * 0.995:
                    patience = max(patience, (iterations - 1) * 2)
                best = errors
                keep()
                score("test")
            now = time.perf_counter()
            epoch_ms.append(1000 * (now - start))
            if len(epoch_ms) > 1 and 2 * now - start - began > max_seconds:
                stop = "time"
        if patience < iterations:
            stop = "patience"
    return {"epochs": epoch, "stop": stop, "scores": scores, "epochMs": epoch_ms}


def report(run, description, threads):
    python = "Python " + sys.version.split()[0]
    about = {"description": f"{description}, {python}", "threads": threads}
    print(json.dumps({"works": True, **about, **run, "peakMemory": peak_memory()}))


def peak_memory():
    """In bytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
