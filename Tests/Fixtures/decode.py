"""Writes decode.json: tiny JPEG and PNG files of every kind that is read, with Pillow's pixels.

    python3 -m venv venv && venv/bin/pip install pillow numpy
    venv/bin/python Tests/Fixtures/decode.py
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import numpy
import PIL
from PIL import Image

WIDTH, HEIGHT = 21, 13


def picture(channels):
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [x * 12, y * 19, 127 + 120 * numpy.sin(x * 0.4 + y * 0.3), 255 - x * 10]
    return numpy.stack(planes[:channels], -1).astype(numpy.uint8)


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(
        ">I", zlib.crc32(name + body))


def png(depth, colour, rows, interlaced=False):
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(
        b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def adam7(array):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
              (1, 0, 2, 2), (0, 1, 1, 2)]
    return b"".join(
        b"\0" + row.tobytes()
        for x, y, across, down in passes for row in array[y::down, x::across] if row.size)


def files():
    rgb, rgba = Image.fromarray(picture(3)), Image.fromarray(picture(4))
    grey = rgb.convert("L")
    yield "rgb.png", saved(rgb, "PNG")
    yield "grey.png", saved(grey, "PNG")
    yield "alpha.png", saved(rgba, "PNG")
    yield "grey-alpha.png", saved(rgba.convert("LA"), "PNG")
    yield "palette.png", saved(rgb.quantize(7), "PNG")
    yield "palette-transparent.png", saved(rgb.quantize(9), "PNG", transparency=2)
    yield "bits.png", saved(rgb.convert("1"), "PNG")
    yield "grey-transparent.png", saved(grey, "PNG", transparency=90)
    wide = picture(3).astype(">u2") * 257 - 100
    yield "rgb16.png", png(
        16, 2, b"".join(b"\0" + row.astype(">u2").tobytes() for row in wide))
    yield "interlaced.png", png(8, 2, adam7(picture(3)), interlaced=True)
    yield "rgb.jpg", saved(rgb, "JPEG", quality=90)
    yield "full-chroma.jpg", saved(rgb, "JPEG", quality=85, subsampling=0)
    yield "progressive.jpg", saved(rgb, "JPEG", quality=80, progressive=True)
    yield "grey.jpg", saved(grey, "JPEG")
    yield "inks.jpg", saved(rgb.convert("CMYK"), "JPEG", quality=95)


def main():
    cases = []
    for name, data in files():
        pixels = numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        cases.append({
            "name": name, "width": WIDTH, "height": HEIGHT,
            "file": base64.b64encode(data).decode(),
            "pixels": base64.b64encode(pixels.tobytes()).decode()})
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}, indent=0) + "\n")


main()
