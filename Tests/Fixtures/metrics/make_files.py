"""Writes files/: features of images as NumPy, safetensors and pytorch-fid write them, and what is measured between them.

    python3 -m venv venv && venv/bin/pip install 'numpy>=2' safetensors scipy
    venv/bin/python Tests/Fixtures/metrics/make_files.py
"""
import json
import pathlib

import numpy as np
from safetensors.numpy import save_file
from scipy import linalg

folder = pathlib.Path(__file__).with_name("files")
folder.mkdir(exist_ok=True)
random = np.random.default_rng(7)
made = random.normal(size=(12, 5)).astype("<f4")
real = random.normal(0.3, 1.2, size=(15, 5))

np.save(folder / "made.npy", made)
np.save(folder / "half.npy", made.astype("<f2"))
np.save(folder / "row.npy", made[0])
np.save(folder / "turned.npy", np.asfortranarray(made))
np.savez(folder / "real.npz", features=real, labels=np.arange(15))
np.savez(folder / "two.npz", first=made, second=made)
np.savez(folder / "objects.npz", features=np.array([{"a": 1}], dtype=object))
np.savez(folder / "statistics.npz", mu=real.mean(0), sigma=np.cov(real, rowvar=False))
np.savez(folder / "crooked.npz", mu=real.mean(0), sigma=np.zeros((4, 5)))
sigma = np.cov(real, rowvar=False)
np.savez(folder / "lopsided.npz", mu=real.mean(0), sigma=sigma + np.eye(5, k=1))
np.savez(folder / "negative.npz", mu=real.mean(0), sigma=-sigma)
np.savez(folder / "alone.npz", sigma=sigma)
save_file({"features": made}, folder / "made.safetensors")

roots = linalg.sqrtm(np.cov(made, rowvar=False).astype(float) @ np.cov(real, rowvar=False))
distance = (
    ((made.astype(float).mean(0) - real.mean(0)) ** 2).sum()
    + np.trace(np.cov(made.astype(float), rowvar=False))
    + np.trace(np.cov(real, rowvar=False))
    - 2 * np.trace(roots.real)
)
(folder / "distance.json").write_text(json.dumps({"fid": distance}) + "\n")
