"""Ten training steps in PyTorch under each objective, penalty, optimiser and order of updates.

    python make_recipes.py             # all
    python make_recipes.py mlp-hinge

Networks, inputs and files are those of make_fixtures.py; `recipe` is what gansh's `recipe` takes, and
only a sample of each tensor is kept.
"""

import argparse
import json
import math
import re

import numpy as np
import torch
import torch.nn.functional as F

import make_fixtures as base
import models
import philox
import presets

SAMPLES = 24
# `high << 32 | low` is the stream of shares of each penalty between two batches.
SHARES = {"gp": 0, "gp-onesided": 1, "gp-zero": 2, "dragan": 3, "gp-max": 4}
PERTURBATION, FURTHER = 20, 21
# Objectives whose generator reads scores of real examples.
PAIRED = ("relativistic", "ra", "ralsgan")

# Preset, image, latent, width, deviation, batch, seed.
NETWORKS = {
    "mlp": (presets.mlp, (8, 8, 3), 16, 16, 0.1, 32, 111),
    "dcgan": (presets.dcgan, (16, 16, 1), 16, 8, 0.05, 8, 311),
}
# Penalties take the gradient's size to second order, whose rounding Adam's first steps would turn into
# noise where a gradient is small; epsilon keeps that out.
CALM = "epsilon=1e-3 "
RECIPES = {
    "hinge": "objective=hinge",
    "lsgan": "objective=lsgan smooth=0.9",
    "wasserstein": "objective=wasserstein penalty=gp:10+drift:0.001 critic=2",
    "relativistic": "objective=relativistic penalty=r1:1+r2:1",
    "ra": "objective=ra",
    "ralsgan": "objective=ralsgan",
    "minimax": "objective=minimax smooth=0.9",
    "gp-onesided": "penalty=gp-onesided:10",
    "gp-zero": "penalty=gp-zero:10",
    "gp-max": "penalty=gp-max:2",
    "dragan": "penalty=dragan:10",
    "r1": "penalty=r1:1@4",
    "adamw": "optimiser=adamw:0.1",
    "optimistic": "optimiser=optimistic",
    "rmsprop": "optimiser=rmsprop:0.9 lr=1e-4 epsilon=1e-2",
    "sgd": "goptimiser=sgd:0.9 doptimiser=sgd:0 lr=0.01",
    "simultaneous": "updates=simultaneous",
    "clip-norm": "clip-norm=0.1 critic=2",
    "clip-value": "clip-value=0.003",
    "clip-weights": "objective=wasserstein optimiser=rmsprop:0.9 lr=1e-4 epsilon=1e-2 clip-weights=0.05",
    "instance-noise": "instance-noise=0.3 objective=relativistic",
    "augment": "augment-colour=0.8 augment-cutout=0.4 augment-translation=0.2 penalty=r1:1",
    "further": "generator-steps=2 critic=2 objective=relativistic",
}


def read(text):
    """What a recipe says, over gansh's neutral one."""
    recipe = {
        "objective": "nonsaturating", "lr": 2e-4, "betas": (0.5, 0.999), "epsilon": 1e-8,
        "critic": 1, "generator-steps": 1, "updates": "sequential", "smooth": 1.0, "penalty": [],
        "goptimiser": "adam", "doptimiser": "adam", "clip-norm": 0.0, "clip-value": 0.0,
        "clip-weights": 0.0, "instance-noise": 0.0, "latent-reconstruction": 0.0,
        "augment-colour": 0.0, "augment-cutout": 0.0, "augment-translation": 0.0}
    for option in text.split():
        key, value = option.split("=")
        if key == "penalty":
            for part in value.split("+"):
                keyword, weight, interval = re.fullmatch(
                    r"([a-z0-9-]+):([0-9.]+)(?:@(\d+))?", part).groups()
                recipe["penalty"].append((keyword, float(weight), int(interval or 1)))
        elif key == "optimiser":
            recipe["goptimiser"] = recipe["doptimiser"] = value
        elif key == "betas":
            recipe[key] = tuple(float(number) for number in value.split(","))
        elif isinstance(recipe[key], str):
            recipe[key] = value
        else:
            recipe[key] = type(recipe[key])(float(value))
    return recipe


class OptimisticAdam(torch.optim.Adam):
    """Daskalakis et al. 2018, algorithm 1, by PyTorch's own Adam."""

    def step(self):
        weights = [weight for group in self.param_groups for weight in group["params"]]
        before = [weight.detach().clone() for weight in weights]
        super().step()
        steps = [old - new.detach() for old, new in zip(before, weights)]
        last = getattr(self, "last", [torch.zeros_like(step) for step in steps])
        with torch.no_grad():
            for weight, old, step, earlier in zip(weights, before, steps, last):
                weight.copy_(old - 2 * step + earlier)
        self.last = steps


def make_optimiser(choice, weights, recipe):
    keyword, _, number = choice.partition(":")
    rate, epsilon = recipe["lr"], recipe["epsilon"]
    if keyword == "adam":
        return torch.optim.Adam(weights, rate, recipe["betas"], epsilon)
    if keyword == "adamw":
        return torch.optim.AdamW(
            weights, rate, recipe["betas"], epsilon, weight_decay=float(number))
    if keyword == "optimistic":
        return OptimisticAdam(weights, rate, recipe["betas"], epsilon)
    if keyword == "rmsprop":
        return torch.optim.RMSprop(weights, rate, alpha=float(number), eps=epsilon)
    return torch.optim.SGD(weights, rate, momentum=float(number))


def discriminator_loss(objective, real, fake, target):
    if objective in ("nonsaturating", "minimax", "reverse-kl"):
        return (base.cross_entropy(real, target) + base.cross_entropy(fake, 0)) / 2
    if objective == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    if objective == "lsgan":
        return ((real - target) ** 2).mean() / 2 + (fake**2).mean() / 2
    if objective == "wasserstein":
        return fake.mean() - real.mean()
    if objective == "relativistic":
        return base.cross_entropy(real - fake, 1)
    if objective == "ralsgan":
        return ((real - fake.mean() - 1) ** 2).mean() + ((fake - real.mean() + 1) ** 2).mean()
    return base.cross_entropy(real - fake.mean(), 1) + base.cross_entropy(fake - real.mean(), 0)


def generator_loss(objective, fake, real):
    if objective == "nonsaturating":
        return base.cross_entropy(fake, 1)
    if objective == "minimax":
        return -base.cross_entropy(fake, 0)
    if objective in ("hinge", "wasserstein", "reverse-kl"):
        return -fake.mean()
    if objective == "lsgan":
        return ((fake - 1) ** 2).mean() / 2
    if objective == "relativistic":
        return base.cross_entropy(fake - real, 1)
    if objective == "ralsgan":
        return ((fake - real.mean() - 1) ** 2).mean() + ((real - fake.mean() + 1) ** 2).mean()
    return base.cross_entropy(fake - real.mean(), 1) + base.cross_entropy(real - fake.mean(), 0)


class Training(base.Training):
    """One pair of networks trained by a recipe."""

    def __init__(self, architecture, inputs, recipe, precision):
        super().__init__(architecture, inputs, base.ADAM, precision, 0)
        self.recipe, self.updates, self.further = recipe, 0, 0
        self.optimisers = {
            self.generator: make_optimiser(
                recipe["goptimiser"], self.weights(self.generator), recipe),
            self.discriminator: make_optimiser(
                recipe["doptimiser"], self.weights(self.discriminator), recipe)}

    def score(self, images):
        return self.discriminator.forward(images, self.values, ()).reshape(-1)

    def squared_gradients(self, images):
        """At examples; what passes leaves no running statistics."""
        values = {
            **self.values,
            **{name: self.values[name].clone() for name in self.discriminator.statistics}}
        images = images.detach().requires_grad_()
        scores = self.discriminator.forward(images, values, ())
        (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
        return gradient.flatten(1).square().sum(1)

    def uniforms(self, stream, *shape):
        draw = philox.uniforms(self.inputs.seed, stream, self.updates, math.prod(shape))
        return self.tensor(np.asarray(draw, dtype=np.float32).reshape(shape))

    def between(self, first, second, keyword):
        stream = SHARES[keyword] << 32 | base.STREAMS["interpolation"]
        return second + (first - second) * self.uniforms(stream, first.shape[0], 1, 1, 1)

    def cost(self, keyword, real, fake, real_scores):
        if keyword == "r1":
            return self.squared_gradients(real).mean() / 2
        if keyword == "r2":
            return self.squared_gradients(fake).mean() / 2
        if keyword == "drift":
            return real_scores.square().mean()
        if keyword == "dragan":
            deviation = real.var(unbiased=False).sqrt()
            moved = real + self.uniforms(PERTURBATION, *real.shape) * (deviation / 2)
            squares = self.squared_gradients(self.between(moved, real, keyword))
        else:
            squares = self.squared_gradients(self.between(real, fake, keyword))
        if keyword == "gp-max":
            return squares.max()
        if keyword == "gp-zero":
            return squares.mean()
        excess = (squares + 1e-12).sqrt() - 1
        return (F.relu(excess) if keyword == "gp-onesided" else excess).square().mean()

    def gradients(self, network, loss):
        return torch.autograd.grad(loss, self.weights(network))

    def move(self, network, gradients):
        for weight, gradient in zip(self.weights(network), gradients):
            weight.grad = gradient.clone()
        recipe, weights = self.recipe, self.weights(network)
        if recipe["clip-norm"]:
            torch.nn.utils.clip_grad_norm_(weights, recipe["clip-norm"])
        if recipe["clip-value"]:
            torch.nn.utils.clip_grad_value_(weights, recipe["clip-value"])
        self.optimisers[network].step()
        if recipe["clip-weights"] and network is self.discriminator:
            for weight in weights:
                weight.data.clamp_(-recipe["clip-weights"], recipe["clip-weights"])

    def seen(self, images, application, step):
        """Examples as the discriminator is given them; remedies in alphabetical order."""
        count, recipe = images.shape[0], self.recipe

        def draw(kind, keyword, number, shape):
            stream = application << 32 | models.low_word(f"remedy.{keyword}.{number}")
            values = kind(self.inputs.seed, stream, step, math.prod(shape))
            return self.tensor(np.asarray(values, dtype=np.float32).reshape(shape))

        def uniform(keyword, number, shape):
            return draw(philox.uniforms, keyword, number, shape)

        if amount := recipe["augment-colour"]:
            # DiffAugment's rand_brightness, rand_saturation, rand_contrast at 1.
            bright, saturation, contrast = (
                uniform("augment-colour", n, (count, 1, 1, 1)) - 0.5 for n in range(3))
            images = images + amount * bright
            grey = images.mean(1, keepdim=True)
            images = (images - grey) * (1 + 2 * amount * saturation) + grey
            middle = images.mean((1, 2, 3), keepdim=True)
            images = (images - middle) * (1 + amount * contrast) + middle
        if amount := recipe["augment-cutout"]:
            inside = []
            for number, side in enumerate(images.shape[2:]):
                middle = uniform("augment-cutout", number, (count, 1)) * side
                places = torch.arange(side, dtype=images.dtype) + 0.5
                inside.append(((places - middle).abs() < amount * side / 2).to(images.dtype))
            images = images * (1 - inside[0][:, None, :, None] * inside[1][:, None, None, :])
        if amount := recipe["augment-translation"]:
            shifts = [
                torch.round(
                    (uniform("augment-translation", number, (count,)) - 0.5)
                    * (2 * amount * side + 1)).long()
                for number, side in enumerate(images.shape[2:])]
            moved = []
            for image, down, across in zip(images, *shifts):
                most = max(images.shape[2:])
                wide = F.pad(image, [most] * 4)
                top, left = most - int(down), most - int(across)
                moved.append(
                    wide[:, top:top + image.shape[1], left:left + image.shape[2]])
            images = torch.stack(moved)
        if amount := recipe["instance-noise"]:
            images = images + amount * draw(
                philox.normals, "instance-noise", 0, images.shape)
        return images

    def step(self, number):
        recipe = self.recipe
        first = {}
        for index in range(recipe["critic"]):
            real = self.tensor(self.inputs.real(self.updates))
            fakes = self.generator.forward(
                self.tensor(self.inputs.latent(self.updates)), self.values)
            fixed = fakes.detach()
            on_real = self.score(self.seen(real, 0, self.updates))
            on_fake = self.score(self.seen(fixed, 1, self.updates))
            loss = discriminator_loss(recipe["objective"], on_real, on_fake, recipe["smooth"])
            for keyword, weight, interval in recipe["penalty"]:
                if self.updates % interval == 0:
                    loss = loss + weight * interval * self.cost(keyword, real, fixed, on_real)
            gradients = self.gradients(self.discriminator, loss)
            is_last = index == recipe["critic"] - 1
            is_simultaneous = recipe["updates"] == "simultaneous" and is_last
            if not is_simultaneous:
                self.move(self.discriminator, gradients)
            self.updates += 1
        generator_gradients, generator_value = self.of_generator(fakes, real)
        if is_simultaneous:
            self.move(self.discriminator, gradients)
        self.move(self.generator, generator_gradients)
        for _ in range(recipe["generator-steps"] - 1):
            count = self.inputs.batch * self.inputs.latent_count
            latent = philox.normals(self.inputs.seed, FURTHER, self.further, count)
            fakes = self.generator.forward(
                self.tensor(latent.reshape(self.inputs.batch, -1)), self.values)
            # Each such update takes a batch of its own where its loss reads real examples.
            real = self.tensor(self.inputs.real(1000 + self.further))
            self.move(self.generator, self.of_generator(fakes, real)[0])
            self.further += 1
        record = {
            "discriminatorLoss": float(loss.detach()), "generatorLoss": generator_value,
            "realScore": float(torch.sigmoid(on_real.detach()).mean()),
            "fakeScore": float(torch.sigmoid(on_fake.detach()).mean()),
            "discriminatorGradientNorm": size(gradients),
            "generatorGradientNorm": size(generator_gradients),
        }
        return record, first

    def of_generator(self, fakes, real):
        recipe = self.recipe
        step = self.updates - 1
        on_real = (
            self.score(self.seen(real, 3, step)) if recipe["objective"] in PAIRED else None)
        on_fake = self.score(self.seen(fakes, 2, step))
        loss = generator_loss(recipe["objective"], on_fake, on_real)
        return self.gradients(self.generator, loss), float(loss.detach())


def size(gradients):
    return math.sqrt(sum(float(g.double().square().sum()) for g in gradients))


def make(network, recipe_name, text, training=Training, read=read):
    """Trains in both precisions and writes the fixture."""
    preset, image, latent, width, deviation, batch, seed = NETWORKS[network]
    architecture = preset(image, latent, deviation, width)
    text = text if recipe_name == "sgd" or "epsilon" in text else CALM + text
    inputs = base.Inputs(architecture, seed, deviation, batch)
    double = training(architecture, inputs, read(text), torch.float64)
    records, _ = double.run()
    single = training(architecture, inputs, read(text), torch.float32)
    single.run()
    exact, rounded = double.results(), single.results()
    base.SAMPLES = SAMPLES
    initial = inputs.parameters(double.shapes)
    tensors = []
    for tensor, value in exact.items():
        entry = {"name": tensor, **base.summary(value, False)}
        if tensor in initial:
            entry["moved"] = float(np.linalg.norm(value - initial[tensor]))
        entry["rounding"] = base.rounding(rounded[tensor], value)
        tensors.append(entry)
    name = f"{network}-{recipe_name}"
    fixture = {
        "name": name, "madeWith": f"PyTorch {torch.__version__.split('+')[0]}",
        "seed": seed, "batch": batch, "deviation": deviation, "streams": base.STREAMS,
        "recipe": text, "architecture": presets.text(architecture),
        "parameters": [{"name": key, "shape": shape} for key, shape in double.shapes.items()],
        "steps": records, "tensors": tensors,
    }
    base.write(fixture, base.HERE / f"{name}.json")
    worst = max(tensors, key=lambda entry: entry["rounding"]["relative"])
    print(f"{name}: {worst['name']} is off by {worst['rounding']['relative']:.1e} in single precision")


def main():
    names = [f"{network}-{recipe}" for network in NETWORKS for recipe in RECIPES]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=names)
    philox.check_known_answers()
    for name in parser.parse_args().names:
        network, recipe = name.split("-", 1)
        make(network, recipe, RECIPES[recipe])


if __name__ == "__main__":
    main()
