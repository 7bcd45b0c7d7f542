"""How different the samples of a sheet are from each other: python diversity.py sheet.png ...

The mean over all pairs of the root of the mean squared difference of their pixels, in [0, 1]. It
falls when samples become alike, as they do when a generator collapses.
"""

import sys

import numpy as np
from PIL import Image


def samples(path, size=64, gap=2):
    sheet = np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) / 255
    starts = [range(gap, extent - size + 1, size + gap) for extent in sheet.shape[:2]]
    return np.stack([sheet[y:y + size, x:x + size].ravel() for y in starts[0] for x in starts[1]])


def diversity(path):
    faces = samples(path)
    count = len(faces)
    distances = [
        np.sqrt(np.mean((faces[i] - faces[j]) ** 2)) for i in range(count) for j in range(i)]
    return count, np.mean(distances)


for path in sys.argv[1:]:
    count, value = diversity(path)
    print(f"{path}: {value:.4f} over {count} samples")
