"""Which BLAS this process has loaded. Asked of the library itself: NumPy only knows what it was built with, and Debian's may be swapped."""

import ctypes
import re

import numpy as np


def loaded_blas():
    """Its description and its number of threads, None where it does not tell."""
    for path in loaded_libraries(r"openblas"):
        library = ctypes.CDLL(path)
        config = function(library, "get_config", ctypes.c_char_p)
        threads = function(library, "get_num_threads", ctypes.c_int)
        core = function(library, "get_corename", ctypes.c_char_p)
        if config and core and threads:
            version = " ".join(config().decode().split()[:2])
            return f"{version} ({core().decode()})", threads()
    names = [path.rsplit("/", 1)[-1] for path in loaded_libraries(r"mkl_rt|blis|atlas|libblas")]
    return names[0] if names else built_with(), None


def loaded_libraries(pattern):
    try:
        with open("/proc/self/maps") as maps:
            paths = [line.split(maxsplit=5)[-1].strip() for line in maps if "/" in line]
    except OSError:
        return []
    return sorted({path for path in paths if re.search(rf"(?:{pattern}).*\.so", path)})


def function(library, name, result):
    """PyPI's NumPy puts a prefix and a suffix on OpenBLAS's names."""
    for form in ("openblas_{}", "scipy_openblas_{}64_", "openblas_{}64_", "scipy_openblas_{}"):
        found = getattr(library, form.format(name), None)
        if found is not None:
            found.restype = result
            return found
    return None


def built_with():
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{blas['name']} {blas['version']}"
    except (TypeError, KeyError):
        return "unknown BLAS"
