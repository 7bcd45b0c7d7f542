"""Writes resize.json: small images, and what Pillow makes of them with every filter.

    python3 -m venv venv && venv/bin/pip install 'pillow>=13' numpy
    venv/bin/python Tests/Fixtures/resize.py

Each image is base64 of its rows, channels interleaved.
"""

import base64
import json
import pathlib

import numpy
import PIL
from PIL import Image

FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]


def sources():
    random = numpy.random.default_rng(11)
    y, x = numpy.mgrid[0:29, 0:37]
    smooth = numpy.stack([x * 255 / 36, y * 255 / 28, 127 + 127 * numpy.sin(x * y / 40)], -1)
    yield "noise", random.integers(0, 256, (29, 37, 3)).astype(numpy.uint8)
    yield "smooth", smooth.astype(numpy.uint8)
    # Black and white: where filters with negative lobes leave 0..255.
    yield "checks", numpy.where((x // 3 + y // 3) % 2 == 0, 255, 0).astype(numpy.uint8)


def encode(array):
    return base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode()


def main():
    cases, images, greys = [], {}, {}
    for name, array in sources():
        image = Image.fromarray(array)
        images[name] = {
            "width": image.width, "height": image.height, "channels": len(image.getbands()),
            "pixels": encode(array)}
        if array.ndim == 3:
            greys[name] = encode(numpy.asarray(image.convert("L")))
        # Shrinking, growing, one direction only, both at once, and down to a pixel; (80, 9) and
        # (33, 20) are sizes for which Pillow 13 changed the order of its passes.
        for size in [
            (16, 16), (5, 7), (49, 41), (37, 11), (80, 9), (33, 20), (33, 21), (10, 29), (1, 1)]:
            for filter in FILTERS:
                resized = image.resize(size, Image.Resampling[filter.upper()])
                cases.append({
                    "image": name, "width": size[0], "height": size[1], "filter": filter,
                    "pixels": encode(numpy.asarray(resized))})
    fixture = {"pillow": PIL.__version__, "images": images, "grey": greys, "cases": cases}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(fixture, indent=0) + "\n")


main()
