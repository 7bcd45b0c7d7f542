"""What PyTorch says of the networks that make features of images.

    python make_fixtures.py

Needs torch, torchvision, pytorch-fid and torch-fidelity, whose own code computes: nothing is downloaded, the weights
are made by a formula, which FormulaWeights.swift has as well. Numbers of an element are looked up in a table of 65,536
pseudo-random ones, from a place that its tensor's name and its row decide.

Writes inception.safetensors, vgg16.safetensors (outputs), tensors.json (names and shapes of the ports' files), and
small.pth, small-older.pth, small.safetensors (the same tensors three times, in all types and with odd steps), and
small-*.pth, which are to be refused.

    python make_fixtures.py WEIGHTS

writes WEIGHTS.safetensors, the outputs of torch-fidelity's Inception with the weights in that file; with the path in
GANSH_INCEPTION, PretrainedNetworkTests compares gansh's with them.
"""

import json
import os
import pathlib
import sys
import tempfile
import zipfile
from collections import OrderedDict

import numpy as np
import torch
from pytorch_fid import inception as pytorch_fid
from safetensors.numpy import save_file
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
from torch_fidelity.feature_extractor_vgg16 import FeatureExtractorVGG16

HERE = pathlib.Path(__file__).parent
TABLE = 1 << 16


def mixed(x):
    """A finaliser of 32 bits, of an array of uint32."""
    x = x.astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x


def hashed(text):
    """FNV-1a of 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


# In [-1, 1), each a multiple of 2^-23, so that single precision has it exactly.
with np.errstate(over="ignore"):
    NUMBERS = (
        (mixed(np.arange(TABLE, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(1)) >> np.uint32(8)).astype(
            np.float32) / np.float32(1 << 23) - np.float32(1))


def uniform(name, shape):
    rows = shape[0] if len(shape) > 1 else 1
    length = int(np.prod(shape)) // rows
    with np.errstate(over="ignore"):
        starts = mixed(np.arange(rows, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(hashed(name)))
    result = np.empty((rows, length), dtype=np.float32)
    for row in range(rows):
        first = int(starts[row]) % TABLE
        result[row] = np.take(NUMBERS, np.arange(first, first + length), mode="wrap")
    return result.reshape(shape)


def weight(name, shape):
    """Weights by He's scale, so that what passes through rectifiers stays alive; statistics near 0 and 1."""
    kind = name.rsplit(".", 1)[1]
    u = uniform(name, shape)
    if kind == "running_var":
        return np.float32(1) + np.float32(0.3) * u
    if kind == "weight" and len(shape) == 1:
        return np.float32(1) + np.float32(0.2) * u
    if kind == "weight":
        return np.float32(np.sqrt(6 / (u.size // shape[0]))) * u
    return np.float32(0.1) * u


def weights(shapes):
    return OrderedDict((name, torch.from_numpy(weight(name, shape))) for name, shape in shapes.items())


def shapes_of(module):
    return OrderedDict(
        (name, list(value.shape)) for name, value in module.state_dict().items()
        if not name.endswith("num_batches_tracked"))


def image(number, height, width, channels):
    """Bytes `[channels, height, width]`: a slope with a pattern upon it."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    value = (x * 3 + y * 5 + c * 60 + (x * y + number) % 17 * 6 + number * 37) % 256
    return value.astype(np.uint8).transpose(2, 0, 1)


IMAGES = [(1, 32, 32, 3), (2, 48, 64, 3), (3, 299, 299, 3), (4, 28, 28, 1)]


def tensors_of(sizes):
    for size in sizes:
        pixels = image(*size)
        yield torch.from_numpy(np.repeat(pixels, 3 // pixels.shape[0], axis=0))[None]


def fidelity_outputs(path):
    """By torch-fidelity, with the weights in a file."""
    fidelity = FeatureExtractorInceptionV3(
        "inception", ["64", "192", "768", "2048", "logits_unbiased"], feature_extractor_weights_path=path,
        feature_extractor_internal_dtype="float64")
    return {
        f"tf1 {name[0]} {stage}": value[0].numpy()
        for name, pixels in zip(IMAGES, tensors_of(IMAGES))
        for stage, value in zip(fidelity.features_list, fidelity(pixels))}


def inception():
    """The outputs by both tools."""
    pytorch_fid.load_state_dict_from_url = lambda *_, **__: made
    # The module says what its file holds; it is not asked for before the weights are made.
    made = None
    original = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda self, *_, **__: None
    module = pytorch_fid.fid_inception_v3()
    torch.nn.Module.load_state_dict = original
    shapes = shapes_of(module)
    made = weights(shapes)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.pth")
        torch.save(made, path)
        outputs = fidelity_outputs(path)
    port = pytorch_fid.InceptionV3([3]).double().eval()
    for name, pixels in zip(IMAGES[:2], tensors_of(IMAGES[:2])):
        outputs[f"pytorch {name[0]} 2048"] = port(pixels.double() / 255)[0].reshape(-1).float().numpy()
    return shapes, outputs


def vgg16():
    import torchvision

    shapes = shapes_of(torchvision.models.vgg16())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.pth")
        torch.save(weights(shapes), path)
        fidelity = FeatureExtractorVGG16(
            "vgg16", ["fc2_relu"], feature_extractor_weights_path=path, feature_extractor_internal_dtype="float64")
    outputs = {
        f"tf1 {name[0]} fc2": fidelity(pixels)[0][0].numpy() for name, pixels in zip(IMAGES[:2], tensors_of(IMAGES[:2]))}
    return shapes, outputs


def small():
    """Tensors of every type that files have, some of which do not lie one number after the other."""
    base = torch.from_numpy(uniform("base", (6, 4)))
    module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 2), torch.nn.BatchNorm2d(3))
    with torch.no_grad():
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                value.copy_(torch.from_numpy(uniform(name, tuple(value.shape))))
    table = module.state_dict()
    table["whole"] = base
    table["turned"] = base.t()
    table["part"] = base[1:5:2, 1:3]
    table["half"] = base.half()
    table["brain"] = base.bfloat16()
    table["double"] = base.double()
    table["parameter"] = torch.nn.Parameter(base[0].clone())
    table["scalar"] = torch.tensor(0.5)
    table["nothing"] = torch.zeros(0, 3)
    torch.save(table, HERE / "small.pth")
    torch.save(table, HERE / "small-older.pth", _use_new_zipfile_serialization=False)
    arrays = {name: value.detach().float().numpy() for name, value in table.items()}
    save_file(
        {name: np.ascontiguousarray(value).reshape(value.shape) for name, value in arrays.items()},
        HERE / "small.safetensors")


def wrong():
    """small.pth with something wrong in its zip file."""
    with zipfile.ZipFile(HERE / "small.pth") as archive:
        entries = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    storage = next(name for name, content in entries if "/data/" in name and len(content) == 96)

    def write(name, changed):
        with zipfile.ZipFile(HERE / f"small-{name}.pth", "w") as archive:
            for entry, content in changed:
                archive.writestr(zipfile.ZipInfo(entry), content)

    write("short", [(name, content[:-4] if name == storage else content) for name, content in entries])
    write("missing", [(name, content) for name, content in entries if name != storage])
    write("big-endian", [(name, b"big" if name.endswith("byteorder") else content) for name, content in entries])
    write("empty", [(name, content) for name, content in entries if not name.endswith("data.pkl")])
    write("double", entries + [("other/data.pkl", b"")])


def main():
    torch.set_grad_enabled(False)
    if len(sys.argv) > 1:
        return save_file(fidelity_outputs(sys.argv[1]), sys.argv[1] + ".safetensors")
    small()
    wrong()
    shapes = {}
    for name, make in [("inception", inception), ("vgg16", vgg16)]:
        shapes[name], outputs = make()
        save_file({key: np.ascontiguousarray(value) for key, value in outputs.items()}, HERE / f"{name}.safetensors")
        for key, value in outputs.items():
            print(name, key, value.shape, float(value.mean()), float(value.std()), float((value != 0).mean()))
    lines = [
        f' "{network}": {{\n' + ",\n".join(f'  "{key}": {json.dumps(shape)}' for key, shape in table.items()) + "\n }"
        for network, table in shapes.items()]
    (HERE / "tensors.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
