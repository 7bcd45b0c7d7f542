"""Archives as NumPy writes them.

    python make_arrays.py
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent

np.savez_compressed(
    HERE / "classes.npz", images=np.arange(3 * 48, dtype=np.uint8).reshape(3, 4, 4, 3),
    labels=np.array([2, 1, 0]), label_names=np.array(["cat", "größe", "日本"]))
np.savez(
    HERE / "attributes.npz", images=np.arange(48, dtype=np.uint8).reshape(3, 4, 4),
    labels=np.array([[1, 20.5], [0, 31], [np.nan, 42]], dtype=np.float32),
    label_names=np.array(["Smiling", "age"]))
