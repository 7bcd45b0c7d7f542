"""The twin of resnet.gansh in PyTorch: accuracy after equal training, over as many seeds.

Reads MNIST's four files, and what `resnet.gansh` has left: the drawn faces in the cache of prepared pixels, and what is known of
them in faces.csv and unseen-faces.csv in the current folder.
"""
import csv, gzip, json, os, pathlib, struct, sys, time
import numpy as np
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def network(channels, outputs, width=16):
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
        Block(width, width, 1), Block(width, 2 * width, 2), Block(2 * width, 4 * width, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * width, outputs))


def train(images, labels, unseen, known, epochs, batch, seed):
    torch.manual_seed(seed)
    model = network(images.shape[1], labels.shape[1] if labels.ndim == 2 else 10)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = nn.BCEWithLogitsLoss() if labels.ndim == 2 else nn.CrossEntropyLoss()
    start = time.time()
    for _ in range(epochs):
        order = torch.randperm(len(images))
        for first in range(0, len(images) - batch + 1, batch):
            chosen = order[first:first + batch]
            optimiser.zero_grad()
            loss(model(images[chosen]), labels[chosen]).backward()
            optimiser.step()
    seconds = time.time() - start
    model.eval()
    with torch.no_grad():
        scores = torch.cat([model(part) for part in unseen.split(500)])
    said = scores.argmax(1) == known if labels.ndim == 1 else (scores > 0) == (known > 0.5)
    return said.float().mean().item(), seconds


def tell(name, *data, epochs, batch, seeds=3):
    results = [train(*data, epochs, batch, seed) for seed in range(1, seeds + 1)]
    accuracies = np.array([accuracy for accuracy, _ in results])
    print(f"{name}: {', '.join(f'{100 * a:.2f}%' for a in accuracies)}; mean {100 * accuracies.mean():.2f}%, "
          f"deviation {100 * accuracies.std(ddof=1):.2f} points, {np.mean([s for _, s in results]):.0f} s a run")


def digits(folder, part):
    def read(name, header):
        with gzip.open(folder / f"{part}-{name}.gz") as file:
            return np.frombuffer(file.read()[header:], np.uint8)
    images = read("images-idx3-ubyte", 16).reshape(-1, 1, 28, 28).astype(np.float32) / 127.5 - 1
    return torch.from_numpy(images), torch.from_numpy(read("labels-idx1-ubyte", 8).astype(np.int64))


def faces(count, seed, table):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "gansh"
    wanted = f"3 portraits 2 {count} {seed} 32 32x32x3 none "
    for path in cache.glob("*.pixels"):
        with open(path, "rb") as file:
            head = file.read(56)
            size, slots, start, end, length = struct.unpack("<5Q", head[16:56])
            file.seek(end)
            if not json.loads(file.read(length))["identity"].startswith(wanted):
                continue
            file.seek(start)
            pixels = np.frombuffer(file.read(size * slots), np.uint8).reshape(slots, 3, 32, 32)
        rows = list(csv.DictReader(open(table)))
        columns = ["known_Smiling", "known_Eyeglasses", "known_Wearing_Hat"]
        known = np.array([[float(row[column]) for column in columns] for row in rows], np.float32)
        return torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1), torch.from_numpy(known)
    sys.exit(f"no prepared pixels of `{wanted}`: run resnet.gansh first")


if __name__ == "__main__":
    torch.set_num_threads(2)
    folder = pathlib.Path(sys.argv[1]).expanduser()
    tell("MNIST", *digits(folder, "train"), *digits(folder, "t10k"), epochs=1, batch=128)
    tell("drawn faces", *faces(10_000, 1, "faces.csv"), *faces(2_000, 2, "unseen-faces.csv"), epochs=4, batch=64)
