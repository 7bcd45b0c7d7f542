"""PSNR of BM3D (Dabov et al. 2007; package `bm3d`) on a folder of images with noise of three deviations, not clipped.

    gansh> repair unseen with nothing damage=noise:0 count=200 compare=no to originals
    python denoising_bm3d.py originals 200
"""

import sys
from pathlib import Path

import bm3d
import numpy
from PIL import Image

files = sorted(Path(sys.argv[1]).glob("*.png"))[: int(sys.argv[2])]
for deviation in (25, 50, 15):
    random = numpy.random.default_rng(1)
    ratios = []
    for file in files:
        image = numpy.asarray(Image.open(file).convert("RGB"), float) / 255
        noisy = image + random.normal(0, deviation / 255, image.shape)
        repaired = numpy.clip(bm3d.bm3d_rgb(noisy, deviation / 255), 0, 1)
        ratios.append(-10 * numpy.log10(numpy.mean((repaired - image) ** 2)))
    error = numpy.std(ratios, ddof=1) / len(ratios) ** 0.5
    print(f"{deviation}: {numpy.mean(ratios):.2f} ± {error:.2f} dB of {len(files)}", flush=True)
