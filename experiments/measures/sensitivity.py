"""How each measure moves when images are blurred, noisy, one-sided, invented or copied: a table as Markdown.

    python3 -m venv venv && venv/bin/pip install numpy pillow
    venv/bin/python sensitivity.py --gansh ../../.build/release/gansh                                # drawn portraits
    venv/bin/python sensitivity.py --gansh ../../.build/release/gansh --zip ~/img_align_celeba.zip   # photographs
    venv/bin/python sensitivity.py … --made FOLDER                                                   # with a generator's samples

A thousand images at 32x32 are measured beside a thousand others of the same kind, which the first row does unchanged. Everything is
made from the same images with the same seed. Kinds of images are eight groups by k-means of their pixels at 8x8.
"""
import argparse
import io
import json
import pathlib
import subprocess
import tempfile
import zipfile

import numpy as np
from PIL import Image, ImageFilter

SIDE, COUNT = 32, 1000
HEAD = ["FID", "FID∞", "KID", "precision", "recall", "density", "coverage", "SWD", "MS-SSIM", "data's MS-SSIM", "support",
        "nearest ratio", "duplicates", "perceptual diversity", "sharpness", "data's sharpness"]
MEASURES = "fid,kid,precision,recall,density,coverage,swd,ms_ssim,support,nearest_ratio,duplicates,perceptual_diversity,sharpness"


def drawn(gansh, folder):
    """Images of gansh's own portraits, cut out of sheets."""
    images = []
    for seed in (1, 2):
        sheet = folder / f"sheet{seed}.png"
        script = f"data p portraits count=20000 size={SIDE} seed={seed}; show data p count={COUNT} to {sheet}"
        subprocess.run([gansh, "--notebook", str(folder / f"{seed}.sqlite"), "-c", script], check=True, capture_output=True)
        pixels = np.asarray(Image.open(sheet).convert("RGB"))
        columns = int(np.ceil(np.sqrt(COUNT)))
        step = pixels.shape[1] // columns
        margin = (pixels.shape[1] - columns * SIDE) // (columns + 1) if step > SIDE else 0
        for number in range(COUNT):
            row, column = divmod(number, columns)
            y, x = margin + row * (SIDE + margin), margin + column * (SIDE + margin)
            images.append(pixels[y : y + SIDE, x : x + SIDE])
    return np.stack(images)


def photographs(path):
    """The middle of each of the first photographs."""
    images = []
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[: 2 * COUNT]
        for name in names:
            image = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
            side = min(image.size)  # a square in the middle, as `data … celeba` has it
            left, top = (image.width - side) // 2, (image.height - side) // 2
            images.append(np.asarray(image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.LANCZOS)))
    return np.stack(images)


def kinds(images, random, groups=8):
    """The group of each image, the largest first."""
    small = np.stack([np.asarray(Image.fromarray(image).resize((8, 8), Image.BOX)) for image in images])
    rows = small.reshape(len(images), -1).astype(float)
    centres = rows[random.choice(len(rows), groups, replace=False)]
    for _ in range(30):
        nearest = ((rows[:, None] - centres[None]) ** 2).sum(2).argmin(1)
        centres = np.stack([rows[nearest == k].mean(0) if (nearest == k).any() else centres[k] for k in range(groups)])
    order = np.argsort(-np.bincount(nearest, minlength=groups))
    return np.argsort(order)[nearest]


def blurred(images, sigma):
    return np.stack([np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(sigma))) for image in images])


def noisy(images, sigma, random):
    return np.clip(images + random.normal(0, 255 * sigma, images.shape), 0, 255).astype(np.uint8)


def variants(images, others, random):
    """What is measured: a name, and a thousand images."""
    yield "other images of the kind", images
    for sigma in (0.5, 1, 2):
        yield f"blurred, {sigma} pixels", blurred(images, sigma)
    for sigma in (0.02, 0.05, 0.1):
        yield f"noise, {sigma:.0%} of the range", noisy(images, sigma, random)
    group = kinds(images, random)
    for left in (4, 2, 1):
        chosen = np.flatnonzero(group < left)
        yield f"{left} of 8 kinds", images[random.choice(chosen, COUNT, replace=len(chosen) < COUNT)]
    for share in (0.1, 0.3):
        mixed = images.copy()
        mixed[: int(share * COUNT)] = mixed[: int(share * COUNT), ::-1]
        yield f"{share:.0%} upside down", mixed
    for share in (0.1, 0.5, 1.0):
        mixed = images.copy()
        mixed[: int(share * COUNT)] = others[: int(share * COUNT)]
        yield f"{share:.0%} copied from the examples", mixed
    for count in (200, 50):
        yield f"{count} images over and over", images[random.integers(0, count, COUNT)]


def write(folder, images):
    folder.mkdir()
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{number:04}.png")
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gansh", default="gansh")
    parser.add_argument("--zip", help="photographs, as CelebA has them")
    parser.add_argument("--made", help="a folder of a generator's samples")
    parser.add_argument("--features", default="random")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        all_images = photographs(options.zip) if options.zip else drawn(options.gansh, folder)
        images, others = all_images[:COUNT], all_images[COUNT:]
        beside = write(folder / "others", others)
        random = np.random.default_rng(1)
        places = [(name, write(folder / f"v{number}", some)) for number, (name, some) in enumerate(variants(images, others, random))]
        if options.made:
            places.append(("a generator", pathlib.Path(options.made)))
        print(f"| | {' | '.join(HEAD)} |\n| --- |{' --- |' * len(HEAD)}")
        for name, place in places:
            line = f'evaluate folder:"{place}" against=folder:"{beside}" metrics={MEASURES} size={SIDE} features={options.features} samples={COUNT} | json'
            result = subprocess.run([options.gansh, "--notebook", str(folder / "n.sqlite"), "-c", line], capture_output=True, text=True)
            if result.returncode:
                raise SystemExit(result.stderr)
            values = {row["measure"]: row["value"] for row in json.loads(result.stdout)}
            print(f"| {name} | {' | '.join(f'{values[m]:.3g}' if values.get(m) is not None else '' for m in HEAD)} |", flush=True)


if __name__ == "__main__":
    main()
