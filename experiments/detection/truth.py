"""What came of runs, told without the detector.

    python truth.py points NOTEBOOK > truth-points.csv
    python truth.py digits NOTEBOOK MNIST-FOLDER > truth-digits.csv
    python truth.py faces NOTEBOOK SHEETS-OF-attributes.gansh > truth-faces.csv

Points: how many modes of the mixture have a sample within three deviations, and what share of samples lies there (the
metrics `modes` and `high_quality`, every 100 steps). Images: 500 samples of each checkpoint and a classifier that this
script trains (PyTorch): its counts of digits, or of combinations of five attributes of drawn faces; by its features how near
samples are to training examples beside examples that were not trained on; and the share of samples that, seen coarsely
(means of 4x4 pixels), lie among the latter. The program (GANSH) makes the samples; it takes no part in the verdict.
"""

import csv
import gzip
import os
import re
import sqlite3
import struct
import subprocess
import sys
import zlib

import numpy as np

GANSH = os.environ.get("GANSH", "gansh")
ATTRIBUTES = ["hat", "glasses", "dark", "long", "left"]


# What is measured becomes a label.


def of_points(database, number, text):
    side, ring = re.search(r"grid .*side=(\d+)", text), re.search(r"ring .*modes=(\d+)", text)
    every = int(side[1]) ** 2 if side else int(ring[1]) if ring else 25 if " grid " in text else 8
    rows = database.execute(
        "SELECT m.step, n.name, m.value FROM metric m JOIN metricName n ON n.id = m.name WHERE m.run = ? AND n.name IN "
        "('modes', 'high_quality')", (number,))
    found = {}
    for step, name, value in rows:
        found.setdefault(step, {})[name] = value
    return [(step, dict(kinds=v["modes"] / every, quality=v.get("high_quality", 1), near=1)) for step, v in
            sorted(found.items()) if v.get("modes") is not None]


def state(kind, values):
    """How the run stands at one time."""
    kinds, quality, near = values["kinds"], values["quality"], values["near"]
    if near < NEAR:
        return "memorising"
    if kind == "points" and kinds < FEW[kind]:
        # Of 2,500 samples not one lies in so many modes, wherever the others are.
        return "collapsed"
    if quality < STRAY[kind]:
        return "astray"
    if kinds < FEW[kind]:
        return "collapsed"
    return "healthy" if kinds >= MANY[kind] and quality >= GOOD[kind] else "between"


# The share of kinds (effective ones of images) below which a run has collapsed, from which on it is healthy; the share
# of samples among the data below which they are astray, from which on they can be well (three deviations of a mode are a
# small part of the plane: a cloud over all modes has 0.012 there); the distance from training examples, over that from
# others, below which samples are copies.
FEW = {"points": 0.7, "digits": 0.55, "faces": 0.55}
MANY = {"points": 0.85, "digits": 0.75, "faces": 0.75}
STRAY = {"points": 0.03, "digits": 0.1, "faces": 0.1}
GOOD = {"points": 0.1, "digits": 0.3, "faces": 0.3}
NEAR = 0.5


def label(kind, name, found, ended):
    """Of a run: how it stands in its last quarter, three times or more, and since when it is so.

    It fails where it does so at each of these times, and is well where it fails at none and is well by the median; what
    swings from one to the other, or lies at the border, is neither.
    """
    if ended == "diverged":
        return "diverging", found[-1][0]
    late = found[-max(3, len(found) // 4):]
    last = state(kind, {key: np.median([values[key] for _, values in late]) for key in ("kinds", "quality", "near")})
    planned = name.split("-")[1:]
    states = [state(kind, values) for _, values in found]
    failing = [s not in WELL for s in states[-len(late):]]
    if last in WELL or not all(failing):
        # Of some dozens of examples the discriminator knows each, whatever samples are like.
        if "few" in planned:
            return "overfitting", found[0][0]
        return ("between" if any(failing) else last), None
    begun = since(found, states)
    if "vanish" in planned or last == "astray" and "strong" in planned:
        return "vanishing", begun
    if last == "collapsed" and "few" in planned:
        return "overfitting", begun
    return {"astray": "diverging"}.get(last, last), begun


WELL = {"healthy", "between"}


def since(found, states):
    """The first of the last steps at all of which it fails."""
    begun = None
    for (step, _), s in zip(found, states):
        begun = None if s in WELL else begun if begun is not None else step
    return begun


# Images.


def idx(path):
    with gzip.open(path) as file:
        data = file.read()
    dimensions = data[3]
    shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def pixels(path):
    """The bytes of a PNG file of eight bits a colour, `[height, width, 3]`; kept beside it as an array."""
    if os.path.exists(path + ".npy"):
        return np.load(path + ".npy")
    data = open(path, "rb").read()
    width, height, _, colours = struct.unpack(">IIBB", data[16:26])
    place, packed, channels = 8, b"", {0: 1, 2: 3}[colours]
    while place < len(data):
        size, = struct.unpack(">I", data[place:place + 4])
        if data[place + 4:place + 8] == b"IDAT":
            packed += data[place + 8:place + 8 + size]
        place += 12 + size
    raw, stride = zlib.decompress(packed), width * channels
    rows, above = [], bytes(stride)
    for row in range(height):
        kind, line = raw[row * (stride + 1)], bytearray(raw[row * (stride + 1) + 1:(row + 1) * (stride + 1)])
        for i in range(stride if kind else 0):
            left, corner = (line[i - channels], above[i - channels]) if i >= channels else (0, 0)
            up = above[i]
            if kind == 4:
                near, far, most = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
                guess = left if near <= far and near <= most else up if far <= most else corner
            else:
                guess = (left, up, (left + up) // 2)[kind - 1]
            line[i] = (line[i] + guess) & 255
        rows.append(bytes(line))
        above = rows[-1]
    page = np.frombuffer(b"".join(rows), np.uint8).reshape(height, width, channels)
    page = np.repeat(page, 3, 2) if channels == 1 else page
    np.save(path + ".npy", page)
    return page


def sheet(path, size=32, gap=2):
    """The images of a sheet, `[count, 3, size, size]` in -1…1."""
    page = pixels(path)
    height, width = page.shape[:2]
    images = []
    for y in range(gap, height - size + 1, size + gap):
        for x in range(gap, width - size + 1, size + gap):
            images.append(page[y:y + size, x:x + size])
    return scaled(np.stack(images))


def filled(images):
    """Without the empty places of a sheet."""
    return images[images.reshape(len(images), -1).std(1) > 0]


def scaled(images):
    images = images if images.ndim == 4 else images[..., None]
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)).astype(np.float32) / 127.5 - 1


def classifier(channels, side, outputs):
    import torch.nn as nn
    inner = side // 4
    return nn.Sequential(
        nn.Conv2d(channels, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * inner * inner, 64), nn.ReLU()), nn.Linear(64, outputs)


def fit(body, head, images, targets, loss, epochs, kept):
    """Trains once: the weights are kept in a file of the current folder."""
    import torch
    if os.path.exists(kept):
        for part, weights in zip((body, head), torch.load(kept)):
            part.load_state_dict(weights)
        return body.eval(), head.eval()
    optimiser = torch.optim.Adam([*body.parameters(), *head.parameters()], 1e-3)
    x, y = torch.tensor(images), torch.tensor(targets)
    for epoch in range(epochs):
        order = torch.randperm(len(x))
        for part in order.split(128):
            optimiser.zero_grad()
            value = loss(head(body(x[part])), y[part])
            value.backward()
            optimiser.step()
        print(f"# epoch {epoch + 1}: {value.item():.3f}", file=sys.stderr)
    body.eval(), head.eval()
    torch.save([body.state_dict(), head.state_dict()], kept)


class Judge:
    """Counts of kinds and distances of features, by a classifier of its own."""

    def __init__(self, kind, folder):
        import torch
        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.kind = kind
        if kind == "digits":
            images, digits = (idx(f"{folder}/train-{what}.gz") for what in ("images-idx3-ubyte", "labels-idx1-ubyte"))
            other, named = (idx(f"{folder}/t10k-{what}.gz") for what in ("images-idx3-ubyte", "labels-idx1-ubyte"))
            self.body, self.head = classifier(1, 28, 10)
            fit(self.body, self.head, scaled(images[:20000]), digits[:20000].astype(np.int64), torch.nn.functional.cross_entropy, 3,
                "classifier-digits.pt")
            self.held = scaled(other[:4000])
            right = (self.kinds(self.features(self.held)) == named[:4000]).mean()
        else:
            rows, targets = [], []
            for place, name in enumerate(ATTRIBUTES):
                for value, prefix in ((1, ""), (0, "no-")):
                    images = filled(sheet(f"{folder}/{prefix}{name}.png"))
                    target = np.full((len(images), len(ATTRIBUTES)), -1, np.float32)
                    target[:, place] = value
                    rows.append(images), targets.append(target)
            rows, targets = np.concatenate(rows), np.concatenate(targets)
            order = np.random.default_rng(1).permutation(len(rows))
            cut = len(rows) * 9 // 10
            self.body, self.head = classifier(3, 32, len(ATTRIBUTES))

            def loss(scores, wanted):
                known = (wanted >= 0).float()
                each = torch.nn.functional.binary_cross_entropy_with_logits(scores, wanted.clamp(min=0), reduction="none")
                return (each * known).sum() / known.sum()

            fit(self.body, self.head, rows[order[:cut]], targets[order[:cut]], loss, 8, "classifier-faces.pt")
            told = self.scores(self.features(rows[order[cut:]])) > 0
            known = targets[order[cut:]]
            right = {name: round(float(((told[:, i] == known[:, i])[known[:, i] >= 0]).mean()), 3)
                     for i, name in enumerate(ATTRIBUTES)}
            self.held = sheet(f"{folder}/other.png")
        print(f"# of unseen examples the classifier tells right {right}", file=sys.stderr)
        self.known = self.features(self.held)
        self.all = self.effective(self.known[:500])
        self.reference = coarse(self.held[-1000:])
        self.radii = np.sort(distances(self.reference, self.reference), 1)[:, 5]

    def features(self, images):
        import torch
        x = torch.tensor(images)
        if self.kind == "digits" and x.shape[-1] != 28:
            x = torch.nn.functional.interpolate(x, size=28, mode="area")
        with torch.no_grad():
            return torch.cat([self.body(part) for part in x.split(500)]).numpy()

    def scores(self, features):
        import torch
        with torch.no_grad():
            return self.head(torch.tensor(features)).numpy()

    def kinds(self, features):
        scores = self.scores(features)
        return scores.argmax(1) if self.kind == "digits" else ((scores > 0) * 2 ** np.arange(len(ATTRIBUTES))).sum(1)

    def effective(self, features):
        """exp of the entropy of the shares of kinds, and how many kinds have at least one in a hundred."""
        shares = np.bincount(self.kinds(features)) / len(features)
        shares = shares[shares > 0]
        return np.exp(-(shares * np.log(shares)).sum()), int((shares >= 0.01).sum())

    def measure(self, images, training):
        own = self.features(images)
        effective, many = self.effective(own)
        inside = (distances(coarse(images), self.reference) < self.radii).any(1).mean()
        near = 1.0
        if training is not None:
            known = self.features(training)
            others = self.known[:len(known)]
            near = float(np.median(distances(own, known).min(1)) / np.median(distances(own, others).min(1)))
        return dict(kinds=effective / self.all[0], classes=many, quality=float(inside), near=near)


def coarse(images):
    """Means of squares of 4x4 pixels (of digits, scaled to 28x28; of faces, 32x32), a row for each image."""
    import torch
    side = 7 if images.shape[1] == 1 else 8
    return torch.nn.functional.interpolate(torch.tensor(images), size=side, mode="area").flatten(1).numpy()


def distances(a, b):
    return np.sqrt(np.maximum((a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T, 0))


def gansh(notebook, line):
    return subprocess.run([GANSH, "--notebook", notebook, "-c", line], capture_output=True, text=True)


def of_images(judge, notebook, database, number, name, text):
    found = []
    data = text.split(" on ")[-1].split()[0]
    training = None
    if data.startswith("few"):
        path = f"{notebook}.{data}.png"
        size = int(re.search(r"size=(\d+)", text)[1])
        gansh(notebook, f"show data {data} to {path} count=64")
        training = filled(sheet(path, size))
        if judge.kind == "digits":
            training = training[:, :1]
    for (step,) in database.execute("SELECT step FROM checkpoint WHERE run = ? ORDER BY step", (number,)).fetchall():
        path = f"{notebook}.{os.getpid()}.npz"
        gansh(notebook, f"samples {name} at {step} to {path} count=500 seed=77")
        if os.path.exists(path):
            found.append((step, judge.measure(scaled(np.load(path)["images"]), training)))
            os.remove(path)
    return found


def main(kind, notebook, folder=None):
    database = sqlite3.connect(notebook)
    judge = None if kind == "points" else Judge(kind, folder)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["run", "label", "since", "steps", "kinds", "quality", "near", "course"])
    runs = database.execute("SELECT id, name, text, status FROM run ORDER BY id").fetchall()
    for number, name, text, status in runs:
        found = (of_points(database, number, text) if kind == "points" else
                 of_images(judge, notebook, database, number, name, text))
        if not found:
            continue
        told, begun = label(kind, name, found, status)
        last = found[-1][1]
        course = " ".join(f"{step}:{v['kinds']:.2f}/{v['quality']:.2f}" for step, v in found[::max(1, len(found) // 12)])
        writer.writerow([name, told, begun, found[-1][0]] + [f"{last[k]:.3f}" for k in ("kinds", "quality", "near")] + [course])
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
