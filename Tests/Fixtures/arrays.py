"""Writes arrays.json: small arrays as `numpy.savez` writes them.

    python3 -m venv venv && venv/bin/pip install 'numpy>=2'
    venv/bin/python Tests/Fixtures/arrays.py

Each entry of the archive is base64, with its CRC-32.
"""
import base64
import io
import json
import pathlib
import zipfile
import zlib

import numpy as np

arrays = {
    "images": np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3),
    "labels": np.array([[1, 0], [0, -1]], dtype="<i4"),
    "points": np.array([0.5, -1.25, 3e8], dtype="<f4"),
}
file = io.BytesIO()
np.savez(file, **arrays)
with zipfile.ZipFile(file) as archive:
    entries = {name: archive.read(name) for name in archive.namelist()}
facts = {
    name: {"bytes": base64.b64encode(data).decode(), "crc32": zlib.crc32(data)}
    for name, data in entries.items()
}
path = pathlib.Path(__file__).with_name("arrays.json")
path.write_text(json.dumps(facts, indent=1) + "\n")
