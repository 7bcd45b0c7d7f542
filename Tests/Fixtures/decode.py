"""Writes decode.json: tiny files of every format and kind that is read, with Pillow's pixels as they
are to be shown: turned as the file says, and over white.

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
from PIL import Image, ImageOps

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
    yield "bits.pbm", saved(rgb.convert("1"), "PPM")
    bits = numpy.asarray(rgb.convert("1")) == 0
    yield "plain.pbm", f"P1\n{WIDTH} {HEIGHT}\n".encode() + "\n".join(
        "".join(str(int(bit)) for bit in row) for row in bits).encode()
    twelve = picture(3).astype("u2") * 16 + 5
    yield "rgb12.ppm", header("P6", 4095) + twelve.astype(">u2").tobytes()


    yield from turned(rgb)
    yield from webps(rgb, rgba)
    yield from tiffs(rgb, rgba)
    yield from bitmaps(rgb, rgba)


def exif(orientation, order=">"):
    """A block of EXIF with something before the orientation."""
    mark = b"MM" if order == ">" else b"II"
    return mark + struct.pack(
        order + "HIH" + "HHI4s" + "HHIHH" + "I", 42, 8, 2, 0x0100, 4, 1, bytes(4), 0x0112, 3, 1,
        orientation, 0, 0)


def turned(rgb):
    for orientation in range(1, 9):
        order = "<>"[orientation % 2]
        yield f"turned{orientation}.jpg", saved(
            rgb, "JPEG", quality=90, exif=b"Exif\0\0" + exif(orientation, order))
    plain = saved(rgb, "PNG")
    yield "turned.png", plain[:-12] + chunk(b"eXIf", exif(6)) + plain[-12:]
    yield "turned-alpha.webp", saved(
        Image.fromarray(picture(4)), "WEBP", lossless=True, exact=True, exif=exif(8))
    yield "turned.tif", saved(rgb, "TIFF", tiffinfo={274: 5})
    inks = saved(rgb.convert("CMYK"), "JPEG", quality=95)
    start = inks.index(b"\xff\xee")
    yield "inks-unmarked.jpg", inks[:start] + inks[start + 16:]


def webps(rgb, rgba):
    yield "lossy.webp", saved(rgb, "WEBP", quality=80)
    yield "lossless.webp", saved(rgb, "WEBP", lossless=True)
    yield "alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "lossy-alpha.webp", saved(rgba, "WEBP", quality=80)
    # A second picture that differs in a corner only; the first is what is read.
    other = rgb.copy()
    other.paste((255, 0, 0), (0, 0, 4, 4))
    yield "moving.webp", saved(
        rgb, "WEBP", lossless=True, save_all=True, append_images=[other], duration=40)


def tiffs(rgb, rgba):
    grey = rgb.convert("L")
    for compression in ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"]:
        yield f"{compression}.tif", saved(rgb, "TIFF", compression=compression)
    yield "grey.tif", saved(grey, "TIFF")
    yield "bits.tif", saved(rgb.convert("1"), "TIFF", compression="group4")
    yield "palette.tif", saved(rgb.quantize(7), "TIFF")
    yield "alpha.tif", saved(rgba, "TIFF")
    yield "inks.tif", saved(rgb.convert("CMYK"), "TIFF")


def bitmap(bits, compression, body, masks=b"", palette=b"", size=40, height=HEIGHT):
    """A bitmap written by hand, since Pillow writes few kinds of them."""
    info = struct.pack("<IiiHHIIiiII", size, WIDTH, height, 1, bits, compression, len(body), 0, 0,
                       len(palette) // 4, 0)
    head = info + masks + bytes(max(0, size - 40 - len(masks))) + palette
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(body), 0, 0, 14 + len(head)) + head + body


def rows(array):
    """From the lowest row up, each filled to a multiple of four bytes."""
    lines = [row.tobytes() for row in array[::-1]]
    return b"".join(line + bytes(-len(line) % 4) for line in lines)


def bitmaps(rgb, rgba):
    yield "rgb.bmp", saved(rgb, "BMP")
    yield "grey.bmp", saved(rgb.convert("L"), "BMP")
    yield "bits.bmp", saved(rgb.convert("1"), "BMP")
    yield "alpha.bmp", bitmap(
        32, 3, rows(picture(4)[:, :, [2, 1, 0, 3]]),
        struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000), size=108)
    red, green, blue = (picture(3)[:, :, i].astype("<u2") for i in range(3))
    yield "565.bmp", bitmap(
        16, 3, rows((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3),
        struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    yield "555.bmp", bitmap(16, 0, rows((red >> 3) << 10 | (green >> 3) << 5 | blue >> 3))
    yield "top-down.bmp", bitmap(
        32, 0, rows(picture(4)[::-1, :, [2, 1, 0, 3]]), height=-HEIGHT)
    palette = rgb.quantize(7)
    colours = numpy.zeros((7, 4), numpy.uint8)
    colours[:, :3] = numpy.array(palette.getpalette()[:21], numpy.uint8).reshape(7, 3)[:, ::-1]
    indices = numpy.asarray(palette)
    runs = b""
    for row in indices[::-1]:
        runs += bytes([0, 5]) + row[:5].tobytes() + b"\0"
        for index in row[5:]:
            runs += bytes([1, index])
        runs += b"\0\0"
    yield "runs.bmp", bitmap(8, 1, runs + b"\0\1", palette=colours.tobytes())
    nibbles = numpy.pad(indices, ((0, 0), (0, 1)))
    yield "4 bits.bmp", bitmap(
        4, 0, rows(nibbles[:, ::2] << 4 | nibbles[:, 1::2]), palette=colours.tobytes())


def shown(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if not alpha:
        return image.convert("RGB")
    image = image.convert("RGBA")
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image.getchannel("A"))
    return page


def main():
    cases = []
    for name, data in files():
        image = shown(data)
        pixels = numpy.asarray(image)
        cases.append({
            "name": name, "width": image.width, "height": image.height,
            "file": base64.b64encode(data).decode(),
            "pixels": base64.b64encode(pixels.tobytes()).decode()})
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}, indent=0) + "\n")


main()
