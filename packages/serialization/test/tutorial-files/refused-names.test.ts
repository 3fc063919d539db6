import { describe, expect, test } from 'vitest';
import { readTutorialData, readTutorialModel } from '../../src/index.js';
import { bytesOfParts, global, modelPickle, text, tuple } from './written-pickle.js';

const ECHO = "(S'echo ran'\ntR.";

describe('what would run a program in Python is refused, and named', () => {
  const cases: [string, string, string, number][] = [
    ['os.system', `cos\nsystem\n${ECHO}`, '"os.system"', 0],
    ['posix.system', `cposix\nsystem\n${ECHO}`, '"posix.system"', 0],
    ['subprocess.Popen', `\x80\x02csubprocess\nPopen\n${ECHO}`, '"subprocess.Popen"', 2],
    ['builtins.eval', `cbuiltins\neval\n${ECHO}`, '"builtins.eval"', 0],
    ['__builtin__.exec', `c__builtin__\nexec\n${ECHO}`, '"__builtin__.exec"', 0],
    ['by names on the stack', '\x80\x04\x8c\x02os\x8c\x06system\x93)R.', '"os.system"', 14],
    ['by names of Python 2 on the stack', '\x80\x04U\x02osU\x06system\x93)R.', '"os.system"', 14],
    ['by INST', "(S'echo ran'\nios\nsystem\n.", '"os.system"', 13],
    ['by OBJ', "(cos\nsystem\nS'echo ran'\no.", '"os.system"', 1],
    ['by NEWOBJ', '\x80\x02csubprocess\nPopen\n)\x81.', '"subprocess.Popen"', 2],
    [
      'in a tuple that is thrown away',
      `(cos\nsystem\n${ECHO.slice(0, -1)}0I1\n.`,
      '"os.system"',
      1,
    ],
    ['after a value', 'I1\ncos\nsystem\n.', '"os.system"', 3],
    ['NumPy’s file reader', 'cnumpy\nload\n.', '"numpy.load"', 0],
    ['NumPy’s memory map', 'cnumpy\nmemmap\n.', '"numpy.memmap"', 0],
    ['NumPy’s tools', 'cnumpy.testing._private.utils\nrunstring\n.', 'runstring', 0],
    ['a name like NumPy’s', 'cnumpy.core.multiarray\nfrombuffer\n.', 'frombuffer', 0],
    ['a module like NumPy’s', 'cnumpy_core.multiarray\n_reconstruct\n.', 'numpy_core', 0],
    ['another module like NumPy’s', 'cnumpy.core\nmultiarray._reconstruct\n.', 'multiarray', 0],
    ['a Cyrillic look-alike', '\x80\x04\x8c\x06nump\xd1\x83\x8c\x05dtype\x93.', 'dtype', 17],
    ['a module like Theano’s', 'ctheanos.tensor\nTensorType\n.', '"theanos.tensor.TensorType"', 0],
    ['Theano itself', 'ctheano\nshared\n.', '"theano.shared"', 0],
    ['what Theano imports', 'ctheano.misc\nos.system\n.', '"theano.misc.os.system"', 0],
    ['a private name of Theano’s', 'ctheano.misc\n__dict__\n.', '__dict__', 0],
    ['a path with two dots', 'ctheano..tensor\nT\n.', 'theano..tensor', 0],
    ['another class of the program', 'c__main__\nExploit\n.', '"__main__.Exploit"', 0],
    ['another’s LogisticRegression', 'csklearn.linear_model\nLogisticRegression\n.', 'sklearn', 0],
    ['__proto__', 'c__proto__\n__proto__\n.', '"__proto__.__proto__"', 0],
    ['constructor', 'cnumpy\nconstructor\n.', '"numpy.constructor"', 0],
    ['an empty name', 'c\n\n.', '"."', 0],
    ['the extension registry (1)', '\x80\x02\x82\x01.', 'EXT1', 2],
    ['the extension registry (2)', '\x80\x02\x83\x01\x00.', 'EXT2', 2],
    ['the extension registry (4)', '\x80\x02\x84\x01\x00\x00\x00.', 'EXT4', 2],
    ['a persistent object', 'Pid\n.', 'PERSID', 0],
    ['a persistent object by value', '\x80\x02I1\nQ.', 'BINPERSID', 5],
    ['named arguments', '\x80\x04\x92.', 'NEWOBJ_EX', 2],
    ['a set', '\x80\x04\x8f.', 'EMPTY_SET', 2],
    ['a frozen set', '\x80\x04(\x91.', 'FROZENSET', 3],
    ['a copy', 'I1\n2.', 'DUP', 3],
    [
      'a call of Theano’s',
      'ctheano.compile\nfunction\n)R.',
      'a call of theano.compile.function',
      26,
    ],
    ['a call of the tutorial’s', 'c__main__\nLogisticRegression\n)R.', 'a call of __main__', 30],
    ['a call of text', "S'os.system'\n)R.", 'a call of text', 14],
    ['a call of a list', '])R.', 'a call of a list of 0', 2],
    [
      'an object of NumPy’s class',
      '\x80\x02cnumpy\nndarray\n)\x81.',
      'an object of numpy.ndarray',
      18,
    ],
    ['an object of text', "\x80\x02S'x'\n)\x81.", 'an object of text', 8],
    ['an old object of NumPy’s', '(inumpy\nndarray\n.', 'an object of numpy.ndarray', 1],
    ['an attribute of a module', 'cbuiltins\ngetattr\n(cnumpy\nndarray\nS"x"\ntR.', 'getattr', 40],
    ['an attribute of a list', 'cbuiltins\ngetattr\n(]S"__class__"\ntR.', 'getattr', 34],
    ['a codec', 'c_codecs\nencode\n(Vx\nVhex\ntR.', '_codecs.encode', 26],
    ['another codec', 'c_codecs\ndecode\n(Vx\nVlatin1\ntR.', '"_codecs.decode"', 0],
    ['bytes of a length', 'c__builtin__\nbytes\n(I1000000000\ntR.', '__builtin__.bytes', 33],
    ['a state for a list', ']}b.', 'a state for a list of 0', 2],
    ['a state for a class', 'ctheano.tensor\nT\n}b.', 'a state for theano.tensor.T', 18],
    ['a state for text', "S'a'\n}b.", 'a state for text', 6],
    [
      'a base that is not object',
      'ccopy_reg\n_reconstructor\n(ctheano.t\nT\ncnumpy\nndarray\nNtR.',
      '_reconstructor',
      55,
    ],
    [
      'an object of a number',
      'ccopy_reg\n_reconstructor\n(I1\nc__builtin__\nobject\nNtR.',
      'an object of 1',
      51,
    ],
    ['an array of objects', 'cnumpy\ndtype\n(S"O8"\nI0\nI1\ntR.', '"O8"', 27],
    ['an array of records', 'cnumpy\ndtype\n(S"V16"\nI0\nI1\ntR.', '"V16"', 28],
    ['an array of half floats', 'cnumpy\ndtype\n(S"f2"\nI0\nI1\ntR.', '"f2"', 27],
    ['an array of __proto__', 'cnumpy\ndtype\n(S"__proto__"\nI0\nI1\ntR.', '"__proto__"', 34],
  ];

  test.each(cases)('%s', async (_, pickle, found, offset) => {
    const bytes = bytesOfParts(pickle);
    for (const read of [readTutorialModel, readTutorialData]) {
      await expect(read(bytes)).rejects.toMatchObject({
        name: 'SerializationError',
        code: 'FILE_REFUSED',
        offset,
        found: expect.stringContaining(found),
        message: expect.stringContaining(`at byte ${offset}`),
      });
    }
  });

  test('inside the fields of a model that is whole', async () => {
    const bytes = modelPickle({ tag: [global('os', 'system'), tuple(text('echo ran')), 'R'] });
    await expect(readTutorialModel(bytes)).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      found: '"os.system"',
    });
  });
});
