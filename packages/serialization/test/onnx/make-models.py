"""Writes the models of other makers that the tests read, into the folder that is named: python make-models.py models

It needs onnx, skl2onnx, scikit-learn and torch; the files here are of onnx 1.23.2, skl2onnx 1.20.0 and torch 2.15.0.
All of them are random: nothing of MNIST is in them.
"""
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx

warnings.filterwarnings('ignore')
OUT = Path(sys.argv[1])
FEATURES, CLASSES = 6, 3
random = np.random.default_rng(1)
torch.manual_seed(1)


def save(name, model):
    onnx.checker.check_model(model, full_check='ml' not in name and 'sklearn' not in name)
    (OUT / f'{name}.onnx').write_bytes(model.SerializeToString())


def from_sklearn(name, labels, opset=13, without=None, **options):
    images = random.integers(0, 256, (90, FEATURES)).astype(np.float32)
    fitted = LogisticRegression(max_iter=3000).fit(images / 64, random.choice(labels, 90))
    target = {'': opset, 'ai.onnx.ml': 1}
    options = {id(fitted): options} if options else None
    model = to_onnx(fitted, images[:1], options=options, target_opset=target, black_op=without)
    helper.set_model_props(model, {'pixel_scale': '64'})
    save(f'sklearn-{name}', model)


from_sklearn('default', [3, 5, 8])
from_sklearn('names', np.array(['a', 'b', 'ç']))
from_sklearn('tensors', [0, 1, 2], zipmap=False)
from_sklearn('scores', [0, 1, 2], zipmap=False, raw_scores=True)
from_sklearn('matmul', [3, 5, 8], without={'LinearClassifier'}, zipmap=False)
from_sklearn('matmul-opset-9', [3, 5, 8], opset=9, without={'LinearClassifier'}, zipmap=False)


class Classifier(torch.nn.Module):
    def __init__(self, shape, end):
        super().__init__()
        self.layer = torch.nn.Linear(int(np.prod(shape)), CLASSES)
        torch.nn.init.normal_(self.layer.weight, 0, 4)
        self.end = end

    def forward(self, image):
        return self.end(self.layer(torch.flatten(image / 255.0, 1)))


def from_torch(name, shape, end, **options):
    path = OUT / f'torch-{name}.onnx'
    model = Classifier(shape, end).eval()
    torch.onnx.export(model, (torch.zeros(2, *shape),), path, input_names=['image'], **options)
    exported = onnx.load(path)
    for node in exported.graph.node:
        del node.metadata_props[:]  # where in whose program it comes from, with the paths of the machine
    save(f'torch-{name}', exported)


def scores(layer):
    return layer


def probabilities(layer):
    return torch.softmax(layer, 1)


BATCH = {'dynamo': False, 'dynamic_axes': {'image': {0: 'batch'}}}
from_torch('scores', (FEATURES,), scores, opset_version=13, **BATCH)
from_torch('probabilities', (2, 3), probabilities, opset_version=17, **BATCH)
from_torch('channel', (1, 3, 2), probabilities, opset_version=11, **BATCH)
dynamic = {'dynamo': True, 'external_data': False, 'dynamic_shapes': ({0: torch.export.Dim('batch')},)}
from_torch('dynamo', (2, 3), probabilities, **dynamic)


def by_hand(name, nodes, constants, outputs, element=TensorProto.FLOAT, shape=(FEATURES,), opset=13, ir=7):
    kinds = {'probabilities': (TensorProto.FLOAT, CLASSES), 'scores': (TensorProto.FLOAT, CLASSES), 'label': (TensorProto.INT64,)}
    initializers = [tensor if isinstance(tensor, onnx.TensorProto) else numpy_helper.from_array(tensor, key) for key, tensor in constants.items()]
    # Before version 4 each initializer was an input as well.
    old_inputs = [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in initializers if ir < 4]
    graph = helper.make_graph(
        [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in nodes],
        'by hand',
        [helper.make_tensor_value_info('x', element, ['batch', *shape]), *old_inputs],
        [helper.make_tensor_value_info(out, kinds[out][0], ['batch', *kinds[out][1:]]) for out in outputs],
        initializers,
    )
    save(f'hand-{name}', helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)], ir_version=ir))


weights = random.standard_normal((FEATURES, CLASSES)).astype(np.float32) * 2
bias = random.standard_normal(CLASSES).astype(np.float32)
scale = np.array(255, np.float32)
linear = {'w': weights, 'b': bias, 's': scale}
divide = ('Div', ['x', 's'], ['d'])
gemm = ('Gemm', ['d', 'w', 'b'], ['scores'])

by_hand('all', [divide, gemm, ('Softmax', ['scores'], ['probabilities'], {'axis': -1}), ('ArgMax', ['probabilities'], ['label'], {'axis': -1, 'keepdims': 0})],
        linear, ['probabilities', 'label'])
by_hand('label-alone', [divide, gemm, ('ArgMax', ['scores'], ['label'], {'axis': 1, 'keepdims': 0})], linear, ['label'])
by_hand('transposed', [divide, ('Gemm', ['d', 'w', 'b'], ['scores'], {'transB': 1, 'alpha': 1.0, 'beta': 1.0})],
        linear | {'w': np.ascontiguousarray(weights.T)}, ['scores'])
by_hand('no-bias', [divide, ('Gemm', ['d', 'w'], ['scores'])], {'w': weights, 's': scale}, ['scores'])
by_hand('bias-first', [divide, ('MatMul', ['d', 'w'], ['m']), ('Add', ['b', 'm'], ['scores'])],
        linear | {'b': bias.reshape(1, -1)}, ['scores'])
by_hand('multiplied', [('Mul', ['s', 'x'], ['d']), gemm], linear | {'s': np.array([1 / 255], np.float32)}, ['scores'])
by_hand('twice-divided', [('Mul', ['x', 's'], ['h']), ('Div', ['h', 't'], ['d']), gemm],
        linear | {'s': np.array(0.5, np.float32), 't': np.array(32, np.float32)}, ['scores'])
by_hand('identities', [('Identity', ['x'], ['i']), ('Identity', ['w'], ['v']), ('Div', ['i', 's'], ['d']), ('Gemm', ['d', 'v', 'b'], ['g']), ('Identity', ['g'], ['scores'])],
        linear, ['scores'])
by_hand('bytes', [('Cast', ['x'], ['f'], {'to': TensorProto.FLOAT}), ('Flatten', ['f'], ['g']), ('Div', ['g', 's'], ['d']), gemm],
        linear, ['scores'], element=TensorProto.UINT8, shape=(3, 2))
by_hand('reshaped', [('Reshape', ['x', 'r'], ['f']), ('Div', ['f', 's'], ['d']), gemm],
        linear | {'r': np.array([-1, FEATURES], np.int64)}, ['scores'], shape=(1, 2, 3))
by_hand('reshaped-opset-7', [('Reshape', ['x', 'r'], ['f']), ('Div', ['f', 's'], ['d']), gemm, ('Softmax', ['scores'], ['probabilities'])],
        linear | {'r': np.array([0, -1], np.int64)}, ['probabilities'], shape=(2, 3), opset=7, ir=3)
by_hand('float-data', [divide, gemm],
        linear | {'w': helper.make_tensor('w', TensorProto.FLOAT, weights.shape, weights.flatten().tolist())}, ['scores'])
by_hand('doubles', [('Cast', ['x'], ['c'], {'to': TensorProto.DOUBLE}), ('Div', ['c', 's'], ['d']), ('Gemm', ['d', 'w', 'b'], ['g']), ('Cast', ['g'], ['scores'], {'to': TensorProto.FLOAT})],
        {'s': scale.astype('f8'), 'w': weights.astype('f8'), 'b': helper.make_tensor('b', TensorProto.DOUBLE, bias.shape, bias.tolist())}, ['scores'])
by_hand('constants', [
    ('Constant', [], ['w'], {'value': numpy_helper.from_array(weights)}),
    ('Constant', [], ['b'], {'value_floats': bias.tolist()}),
    ('Constant', [], ['s'], {'value_float': 255.0}),
    ('Constant', [], ['r'], {'value_ints': [-1, FEATURES]}),
    ('Reshape', ['x', 'r'], ['f']), ('Div', ['f', 's'], ['d']), gemm,
], {}, ['scores'])
