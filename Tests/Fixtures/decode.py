"""Writes decode.json: tiny files of every format and kind that is read, with Pillow's pixels.

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


def header(magic, maximum):
    return f"{magic}\n# made by a script\n{WIDTH} {HEIGHT}\n{maximum}\n".encode()


def plain(magic, maximum, array):
    return header(magic, maximum) + " ".join(str(sample) for sample in array.flat).encode() + b"\n"


def offset(gif):
    """A first frame in the middle of a larger page."""
    gif = bytearray(gif)
    gif[6:10] = struct.pack("<HH", WIDTH, HEIGHT)
    start = gif.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 15, 9))
    gif[start + 1:start + 5] = struct.pack("<HH", 4, 3)
    return bytes(gif)


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
    palette = rgb.quantize(7)
    yield "palette.gif", saved(palette, "GIF", interlace=0)
    yield "interlaced.gif", saved(palette, "GIF", interlace=1)
    yield "transparent.gif", saved(rgb.quantize(9), "GIF", transparency=2)
    yield "moving.gif", saved(
        palette, "GIF", save_all=True, append_images=[palette.rotate(180)], duration=40)
    yield "offset.gif", offset(saved(palette.crop((0, 0, 15, 9)), "GIF"))
    yield "rgb.ppm", saved(rgb, "PPM")
    yield "grey.pgm", saved(grey, "PPM")
    yield "plain.ppm", plain("P3", 255, picture(3))
    yield "plain.pgm", plain("P2", 100, picture(1) // 3)
    yield "coarse.ppm", header("P6", 31) + (picture(3) // 9).tobytes()
    yield "rgb16.ppm", header("P6", 65535) + wide.astype(">u2").tobytes()
    twelve = picture(3).astype("u2") * 16 + 5
    yield "rgb12.ppm", header("P6", 4095) + twelve.astype(">u2").tobytes()


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
