"""How different the samples of a sheet are from each other: python diversity.py [--size 32] sheet.png ...

The mean over all pairs of the root of the mean squared difference of their pixels, in [0, 1]. It
falls when samples become alike, as they do when a generator collapses.
"""

import argparse

import numpy as np
from PIL import Image


def samples(path, size, gap=2):
    sheet = np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) / 255
    starts = [range(gap, extent - size + 1, size + gap) for extent in sheet.shape[:2]]
    return np.stack([sheet[y:y + size, x:x + size].ravel() for y in starts[0] for x in starts[1]])


def diversity(path, size):
    faces = samples(path, size)
    count = len(faces)
    distances = [
        np.sqrt(np.mean((faces[i] - faces[j]) ** 2)) for i in range(count) for j in range(i)]
    return count, np.mean(distances)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("sheets", nargs="+")
parser.add_argument("--size", type=int, default=64, help="of a sample, in pixels")
options = parser.parse_args()
for path in options.sheets:
    count, value = diversity(path, options.size)
    print(f"{path}: {value:.4f} over {count} samples")
