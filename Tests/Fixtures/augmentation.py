"""Writes augmentation.json: what torchvision makes of small images with given parameters.

    python3 -m venv venv && venv/bin/pip install torch torchvision
    venv/bin/python Tests/Fixtures/augmentation.py

Images are planes of values from 0 to 1. Operations on places are in single precision, as torchvision has them. An angle is
counter-clockwise.
"""

import json
import math
import pathlib

import torch
import torchvision
from torchvision.transforms import v2
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

HEIGHT, WIDTH = 12, 17


def images():
    generator = torch.Generator().manual_seed(5)
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    smooth = torch.stack([x / (WIDTH - 1), y / (HEIGHT - 1), 0.5 + 0.5 * torch.sin(x * y / 17)])
    return {
        "noise": torch.rand((3, HEIGHT, WIDTH), generator=generator), "smooth": smooth,
        "grey": torch.rand((1, HEIGHT, WIDTH), generator=generator)}


def crop(image, left, top, width, height):
    return F.resized_crop(
        image, top, left, height, width, [HEIGHT, WIDTH], InterpolationMode.BILINEAR, antialias=True)


def rotate(image, angle):
    # With `fill=0.0` what is outside would be mixed with the border twice.
    return F.rotate(image, angle, InterpolationMode.BILINEAR, fill=None)


def move(image, angle, x, y):
    """Turned, then moved: torchvision's angle is clockwise here."""
    return F.affine(
        image, -angle, [x, y], 1.0, [0.0, 0.0], InterpolationMode.BILINEAR, fill=None)


def crop_and_turn(image, left, top, width, height, angle):
    """One map: what a crop that is then turned shows, with black outside of the image."""
    y, x = torch.meshgrid(
        torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")
    a = math.radians(angle)
    x, y = x - WIDTH / 2, y - HEIGHT / 2
    u = math.cos(a) * x - math.sin(a) * y + WIDTH / 2
    v = math.sin(a) * x + math.cos(a) * y + HEIGHT / 2
    u, v = left + u * width / WIDTH, top + v * height / HEIGHT
    grid = torch.stack([2 * u / WIDTH - 1, 2 * v / HEIGHT - 1], -1)[None]
    return torch.nn.functional.grid_sample(
        image[None], grid, mode="bilinear", padding_mode="zeros", align_corners=False)[0]


def cases(image):
    yield {"flip": []}, F.horizontal_flip(image)
    for box in [(0, 0, 17, 12), (3, 2, 9, 7), (8, 5, 9, 7), (0, 0, 12, 11), (16, 11, 1, 1)]:
        yield {"crop": box}, crop(image, *box)
        yield {"crop": box, "flip": []}, F.horizontal_flip(crop(image, *box))
    yield {"flip": [], "crop": (3, 2, 9, 7)}, crop(F.horizontal_flip(image), 3, 2, 9, 7)
    for angle in [0, 15, -7.5, 90, 180, 133]:
        yield {"rotate": [angle]}, rotate(image, angle)
    for x, y in [(3, 0), (-2, 5), (17, 0)]:
        yield {"shift": [x, y]}, move(image, 0, x, y)
    yield {"rotate": [20], "shift": [2, -3]}, move(image, 20, 2, -3)
    yield {"flip": [], "rotate": [20]}, rotate(F.horizontal_flip(image), 20)
    yield {"crop": (3, 2, 9, 7), "rotate": [25]}, crop_and_turn(image, 3, 2, 9, 7, 25)
    for factor in [0, 0.6, 1, 1.7]:
        yield {"brightness": [factor]}, F.adjust_brightness(image, factor)
        yield {"contrast": [factor]}, F.adjust_contrast(image, factor)
        yield {"saturation": [factor]}, F.adjust_saturation(image, factor)
    for sigma in [0.3, 0.8, 1.5]:
        size = 2 * math.ceil(4 * sigma) + 1
        yield {"blur": [sigma]}, F.gaussian_blur(image, [size, size], [sigma, sigma])
    for side, x, y in [(4, 8, 6), (5, 0, 0), (6, 16, 11), (3, 2, 10)]:
        top, left = max(0, y - side // 2), max(0, x - side // 2)
        height = min(HEIGHT, y - side // 2 + side) - top
        width = min(WIDTH, x - side // 2 + side) - left
        yield {"cutout": [side, x, y]}, F.erase(
            image, top, left, height, width, torch.full((1, 1, 1), 0.5))


class Fixed:
    """What `MixUp` draws its share from."""

    def __init__(self, share):
        self.share = share

    def sample(self, shape=()):
        return torch.tensor(self.share)


def mixtures(images):
    batch = torch.stack([images["noise"], images["smooth"], images["noise"].flip(1)])[:, :, :4, :5]
    labels = torch.tensor([2, 0, 1])
    for share in [0.8, 0.25, 1.0]:
        mix = v2.MixUp(alpha=1.0, num_classes=3)
        mix._dist = Fixed(share)
        made, mixed = mix(batch, labels)
        yield {
            "share": share, "batch": flat(batch), "labels": [2, 0, 1], "made": flat(made),
            "mixed": flat(mixed)}


def flat(tensor):
    return [float(f"{value:.7g}") for value in tensor.flatten().tolist()]


def boxes():
    """The law of `RandomResizedCrop`: means and deviations of width, height, left and top, and how often it fits."""
    torch.manual_seed(1)
    count = 40_000
    for height, width, low, high in [(64, 64, 0.8, 1.0), (64, 64, 0.08, 1.0), (218, 178, 0.3, 0.7), (20, 80, 0.9, 1.0)]:
        transform = v2.RandomResizedCrop((height, width), scale=(low, high))
        image = torch.zeros(1, height, width)
        drawn = [transform.make_params([image]) for _ in range(count)]
        values = torch.tensor(
            [[d["left"], d["top"], d["width"], d["height"]] for d in drawn], dtype=torch.float64)
        area = values[:, 2] * values[:, 3] / height / width
        ratio = (values[:, 2] / values[:, 3]).log()
        columns = torch.cat([values, area[:, None], ratio[:, None]], 1)
        yield {
            "height": height, "width": width, "low": low, "high": high,
            "mean": columns.mean(0).tolist(), "deviation": columns.std(0).tolist(),
            "quartiles": torch.quantile(columns, torch.tensor([0.25, 0.5, 0.75], dtype=torch.float64), dim=0).T.tolist()}


def main():
    sources = images()
    fixture = {
        "torchvision": torchvision.__version__.split("+")[0], "height": HEIGHT, "width": WIDTH,
        "images": {name: flat(sources[name]) for name in ["noise", "grey"]},
        "cases": [
            {"image": name, "steps": [{"kind": kind, "numbers": list(numbers)} for kind, numbers in steps.items()],
             "made": flat(made)}
            for name in ["noise", "grey"] for steps, made in cases(sources[name])
            # Its grey has no colour to lose.
            if not (name == "grey" and "saturation" in steps)],
        "mixtures": list(mixtures(sources)), "boxes": list(boxes())}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


main()
