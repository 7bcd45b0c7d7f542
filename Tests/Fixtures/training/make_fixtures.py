"""Ten training steps of the presets in PyTorch, written for gansh's tests to be held against.

    python make_fixtures.py            # all
    python make_fixtures.py dcgan-32x32x3

Everything random comes from gansh's own Philox (../philox.py), so that a fixture holds no inputs:
a test draws the same weights, batches, latents and masks from the seed. README.md says how.
"""

import argparse
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import philox
import presets
from networks import Network

STEPS, SAMPLES = 10, 256
KEEP = 0.7
ADAM = {"learningRate": 2e-4, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}
CALM = ADAM | {"learningRate": 1e-5, "epsilon": 1e-3}
CALMER = ADAM | {"learningRate": 5e-6, "epsilon": 1e-2}
PENALTY = 10  # the weight of the gradient penalty, in the fixture that has one
STREAMS = {"real": 3, "latent": 16, "sample": 18, "interpolation": 19, "dropout": 256,
           "weights": 65_536}

# Preset, image (height, width, channels), latent, width, deviation, batch, seed, Adam, whole
# tensors? README.md says why mlp has the larger batch, and the large ones a calmer Adam.
FIXTURES = {
    "mlp-8x8x3": (presets.mlp, (8, 8, 3), 16, 16, 0.1, 32, 101, ADAM, True),
    "conv-16x16x3": (presets.conv_preset, (16, 16, 3), 16, 8, 0.05, 8, 201, ADAM, True),
    "dcgan-16x16x1": (presets.dcgan, (16, 16, 1), 16, 8, 0.05, 8, 301, ADAM, True),
    "dcgan-32x32x3": (presets.dcgan, (32, 32, 3), 16, 8, 0.05, 8, 302, ADAM, True),
    "dcgan-gp-16x16x1": (presets.dcgan, (16, 16, 1), 16, 8, 0.05, 8, 304, ADAM, True),
    "mlp-64x64x3": (presets.mlp, (64, 64, 3), 100, 256, 0.02, 32, 103, CALM, False),
    "conv-64x64x3": (presets.conv_preset, (64, 64, 3), 100, 64, 0.02, 8, 232, CALM, False),
    "dcgan-64x64x3": (presets.dcgan, (64, 64, 3), 100, 64, 0.02, 32, 303, CALMER, False),
}


class Inputs:
    """What a fixture is a function of: drawn in single precision, by the rules of README.md."""

    def __init__(self, architecture, seed, deviation, batch):
        self.seed, self.deviation, self.batch = seed, deviation, batch
        image = architecture["example"]["image"]["_0"]
        self.shape = [image["channels"], image["height"], image["width"]]
        self.latent_count = architecture["latent"]

    def parameters(self, shapes):
        """Initial values; the normalisations' weights are 1 + what the others are."""
        values = {}
        for number, (name, shape) in enumerate(shapes.items()):
            draw = philox.normals(self.seed, STREAMS["weights"] + number, 0, math.prod(shape))
            value = self.deviation * draw.astype(np.float64)
            if name.endswith("batchnorm.weight"):
                value += 1
            values[name] = value.astype(np.float32).reshape(shape)
        return values

    def real(self, step):
        draw = philox.normals(self.seed, STREAMS["real"], step, self.batch * math.prod(self.shape))
        return np.tanh(draw.astype(np.float64)).astype(np.float32).reshape(self.batch, *self.shape)

    def latent(self, step, stream="latent"):
        draw = philox.normals(self.seed, STREAMS[stream], step, self.batch * self.latent_count)
        return draw.reshape(self.batch, self.latent_count)

    def shares(self, step):
        draw = philox.uniforms(self.seed, STREAMS["interpolation"], step, self.batch)
        return np.asarray(draw, dtype=np.float32).reshape(self.batch, 1, 1, 1)

    def masks(self, shapes, step, application):
        """For each dropout layer, 1 where kept: uniform < keep, whichever way keep is rounded."""
        masks = []
        for layer, shape in enumerate(shapes):
            stream = STREAMS["dropout"] + 3 * layer + application
            draw = philox.uniforms(self.seed, stream, step, self.batch * math.prod(shape))
            kept = draw < np.float32(KEEP)
            if not np.array_equal(kept, draw.astype(np.float64) < KEEP):
                raise ValueError(f"seed {self.seed}: a uniform lies between float and double keep")
            masks.append(kept.reshape(self.batch, *shape))
        return masks


class Training:
    """One pair of networks trained in one precision."""

    def __init__(self, architecture, inputs, adam, precision, penalty):
        self.inputs, self.precision, self.penalty = inputs, precision, penalty
        self.generator = Network(
            "generator", architecture["generator"], [architecture["latent"]])
        self.discriminator = Network(
            "discriminator", architecture["discriminator"], inputs.shape)
        assert self.generator.output_shape == inputs.shape, self.generator.output_shape
        assert math.prod(self.discriminator.output_shape) == 1
        self.shapes = {**self.generator.parameters, **self.discriminator.parameters}
        values = inputs.parameters(self.shapes)
        self.values = {
            name: self.tensor(value).requires_grad_() for name, value in values.items()}
        for network in (self.generator, self.discriminator):
            for name, shape in network.statistics.items():
                start = torch.ones if name.endswith("running_var") else torch.zeros
                self.values[name] = start(shape, dtype=precision)
        self.optimisers = {
            network: torch.optim.Adam(
                self.weights(network), adam["learningRate"], (adam["beta1"], adam["beta2"]),
                adam["epsilon"])
            for network in (self.generator, self.discriminator)}

    def tensor(self, array):
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.precision)

    def weights(self, network):
        return [self.values[name] for name in network.parameters]

    def judge(self, images, step, application):
        shapes = self.discriminator.dropout_shapes
        masks = [
            self.tensor(mask) / KEEP for mask in self.inputs.masks(shapes, step, application)]
        return self.discriminator.forward(images, self.values, masks)

    def gradient_penalty(self, real, fakes, step):
        """WGAN-GP's, between reals and fakes; what passes leaves no running statistics."""
        values = {
            **self.values,
            **{name: self.values[name].clone() for name in self.discriminator.statistics}}
        share = self.tensor(self.inputs.shares(step))
        between = (fakes + (self.tensor(real) - fakes) * share).requires_grad_()
        logits = self.discriminator.forward(between, values, ())
        (gradient,) = torch.autograd.grad(logits.sum(), between, create_graph=True)
        return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()

    def update(self, network, loss):
        """One Adam update of a network; returns the norm of each gradient."""
        weights = self.weights(network)
        gradients = torch.autograd.grad(loss, weights)
        for weight, gradient in zip(weights, gradients):
            weight.grad = gradient
        self.optimisers[network].step()
        return {
            name: float(gradient.double().norm())
            for name, gradient in zip(network.parameters, gradients)}

    def step(self, number):
        """The discriminator's update, then the generator's with the same fakes."""
        real, latent = self.inputs.real(number), self.inputs.latent(number)
        fakes = self.generator.forward(self.tensor(latent), self.values)
        on_real = self.judge(self.tensor(real), number, 0)
        on_fake = self.judge(fakes.detach(), number, 1)
        loss = (cross_entropy(on_real, 1) + cross_entropy(on_fake, 0)) / 2
        if self.penalty:
            loss = loss + self.penalty * self.gradient_penalty(real, fakes.detach(), number)
        discriminator_gradients = self.update(self.discriminator, loss)
        generator_loss = cross_entropy(self.judge(fakes, number, 2), 1)
        generator_gradients = self.update(self.generator, generator_loss)
        record = {
            "discriminatorLoss": float(loss.detach()),
            "generatorLoss": float(generator_loss.detach()),
            "realScore": float(torch.sigmoid(on_real.detach()).mean()),
            "fakeScore": float(torch.sigmoid(on_fake.detach()).mean()),
            "discriminatorGradientNorm": norm(discriminator_gradients),
            "generatorGradientNorm": norm(generator_gradients),
        }
        return record, {**generator_gradients, **discriminator_gradients}

    def run(self):
        """All steps; the records, and the gradients' norms at the first."""
        records = []
        for number in range(STEPS):
            record, gradients = self.step(number)
            records.append(record)
            first = gradients if number == 0 else first
        return records, first

    def sample(self):
        """Images from fresh latents with the running statistics, as a sample sheet is made."""
        latent = self.tensor(self.inputs.latent(STEPS, "sample"))
        with torch.no_grad():
            return self.generator.forward(latent, self.values, training=False)

    def results(self):
        """Every weight and running statistic, then the sampled images, in double."""
        tensors = {**self.values, "sample": self.sample()}
        return {name: t.detach().double().numpy() for name, t in tensors.items()}


def cross_entropy(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def norm(gradients):
    return math.sqrt(sum(value**2 for value in gradients.values()))


def rounding(single, double):
    """How far single precision is from double: relative in L2, and the largest over the largest."""
    difference = single - double
    return {
        "relative": float(np.linalg.norm(difference) / np.linalg.norm(double)),
        "maximum": float(np.abs(difference).max() / np.abs(double).max()),
    }


def summary(array, whole):
    """Norm and mean, and values at evenly strided flat positions unless all are kept elsewhere."""
    flat = array.reshape(-1)
    entry = {
        "shape": list(array.shape), "norm": float(np.linalg.norm(flat)), "mean": float(flat.mean())}
    if not whole:
        stride = max(1, flat.size // SAMPLES)
        values = flat[::stride][:SAMPLES].astype(np.float32)
        entry |= {"stride": stride, "values": [short(value) for value in values]}
    return entry


def short(value):
    """Nine significant digits, which give back the same single."""
    return float(f"{value:.9g}")


def make(name):
    preset, image, latent, width, deviation, batch, seed, adam, whole = FIXTURES[name]
    architecture = preset(image, latent, deviation, width)
    inputs = Inputs(architecture, seed, deviation, batch)
    penalty = PENALTY if "-gp-" in name else 0
    double = Training(architecture, inputs, adam, torch.float64, penalty)
    records, gradients = double.run()
    single = Training(architecture, inputs, adam, torch.float32, penalty)
    single_records, _ = single.run()
    exact, rounded = double.results(), single.results()
    initial = inputs.parameters(double.shapes)
    tensors = []
    for tensor, value in exact.items():
        entry = {"name": tensor, **summary(value, whole)}
        if tensor in gradients:
            entry["firstGradientNorm"] = gradients[tensor]
            entry["moved"] = float(np.linalg.norm(value - initial[tensor]))
        entry["rounding"] = rounding(rounded[tensor], value)
        tensors.append(entry)
    fixture = {
        "name": name,
        "madeWith": f"PyTorch {torch.__version__.split('+')[0]}",
        "seed": seed, "batch": batch, "deviation": deviation, "streams": STREAMS, "adam": adam,
        **({"penalty": penalty} if penalty else {}),
        "architecture": presets.text(architecture),
        "parameters": [{"name": key, "shape": shape} for key, shape in double.shapes.items()],
        "steps": records,
        "stepsInSinglePrecision": single_records,
        "tensors": tensors,
    }
    write(fixture, HERE / f"{name}.json")
    if whole:
        arrays = {
            key: np.ascontiguousarray(value, dtype=np.float32) for key, value in exact.items()}
        (HERE / f"{name}.safetensors").write_bytes(save(arrays))
    report(name, fixture)


def write(fixture, path):
    """JSON with one step, parameter or tensor a line."""
    fields = []
    for key, value in fixture.items():
        if isinstance(value, list):
            text = "[\n" + ",\n".join("    " + json.dumps(item) for item in value) + "\n  ]"
        else:
            text = json.dumps(value)
        fields.append(f'  "{key}": {text}')
    path.write_text("{\n" + ",\n".join(fields) + "\n}\n")


def report(name, fixture):
    print(f"\n{name}: seed {fixture['seed']}, deviation {fixture['deviation']}")
    for key in fixture["steps"][0]:
        exact = [step[key] for step in fixture["steps"]]
        single = [step[key] for step in fixture["stepsInSinglePrecision"]]
        worst = max(abs(a - b) / abs(a) for a, b in zip(exact, single))
        print(f"  {key:26} {exact[0]:.4f} .. {exact[-1]:.4f}  rounding {worst:.1e}")
    for entry in fixture["tensors"]:
        error, moved = entry["rounding"], entry.get("moved", math.nan)
        print(
            f"  {entry['name']:43} norm {entry['norm']:8.3f} moved {moved:7.4f} "
            f"gradient {entry.get('firstGradientNorm', math.nan):7.1e} "
            f"relative {error['relative']:.0e} maximum {error['maximum']:.0e} "
            f"of the move {error['relative'] * entry['norm'] / moved:.0e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(FIXTURES))
    philox.check_known_answers()
    for name in parser.parse_args().names or FIXTURES:
        make(name)


if __name__ == "__main__":
    main()
