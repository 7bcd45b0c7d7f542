"""Ten training steps in PyTorch under each remedy that is a term, a correction or an order of updates.

    python make_remedies.py             # all
    python make_remedies.py mlp-unrolled

Networks, inputs and files are those of make_recipes.py. Every step is written as a function of values, so that
a loss can be taken at weights that other updates would leave, and differentiated through them.
"""

import argparse
import math

import numpy as np
import torch
import torch.nn.functional as F

import make_fixtures as base
import make_recipes as recipes
import models
import philox

RECIPES = {
    "mode-seeking": "mode-seeking=0.1",
    "feature-matching": "feature-matching=0.5",
    "historical-averaging": "historical-averaging=0.5",
    "orthogonal-weights": "orthogonal-weights=0.01",
    "latent-noise": "latent-noise=0.3",
    "smooth-fakes": "smooth=0.9 smooth-fakes=0.1",
    "smooth-fakes-lsgan": "objective=lsgan smooth=0.9 smooth-fakes=0.1",
    "flip-labels": "flip-labels=0.2",
    "top-k": "top-k=0.5",
    "gradient-normalisation": "gradient-normalisation=1",
    "reverse-kl": "objective=reverse-kl",
    "unrolled-1": "unrolled=1",
    "unrolled-5": "unrolled=5 updates=simultaneous",
    "unrolled-critic": "unrolled=2 critic=2 objective=relativistic",
    "unrolled-minimax": "unrolled=3 objective=minimax updates=simultaneous",
    "consensus": "consensus-optimisation=0.1 updates=simultaneous",
    "symplectic": "symplectic-adjustment=1 updates=simultaneous",
    "extragradient": "updates=extragradient",
    "half-life": "ema-half-life=50",
    "half-life-ramp": "ema-half-life=20 ema-ramp-up=0.1",
    # The probability begins at 0.5.
    "adaptive": "ada-target=0.4 ada-ceiling=0.5",
}
# Further latents of the same labels: purpose 3.
OTHERS = 3 << 32 | models.low_word("latents.other")


def read(text):
    recipe = recipes.read("")
    recipe |= {
        "unrolled": 0, "mode-seeking": 0.0, "feature-matching": 0.0, "historical-averaging": 0.0,
        "orthogonal-weights": 0.0, "latent-noise": 0.0, "smooth-fakes": 0.0, "flip-labels": 0.0,
        "top-k": 0.0, "gradient-normalisation": 0.0, "consensus-optimisation": 0.0,
        "symplectic-adjustment": 0.0, "ada-target": 0.0, "ada-ceiling": 0.8,
        "ema-half-life": 0.0, "ema-ramp-up": 0.0}
    for option in text.split():
        key, value = option.split("=")
        recipe[key] = value if isinstance(recipe[key], str) else type(recipe[key])(float(value))
    return recipe


class Adam:
    """PyTorch's, as a function that can be differentiated."""

    def __init__(self, recipe):
        self.rate, self.epsilon = recipe["lr"], recipe["epsilon"]
        self.beta1, self.beta2 = recipe["betas"]
        self.count, self.moments = 0, {}

    def ahead(self, weights, gradients, moments, count):
        """Weights after update `count`, and the moments; both by name."""
        moved, kept = {}, {}
        for (name, weight), gradient in zip(weights.items(), gradients):
            m, v = moments.get(name, (torch.zeros_like(weight), torch.zeros_like(weight)))
            m = self.beta1 * m + (1 - self.beta1) * gradient
            v = self.beta2 * v + (1 - self.beta2) * gradient.square()
            size = (v + 1e-30).sqrt() / math.sqrt(1 - self.beta2**count) + self.epsilon
            moved[name] = weight - self.rate / (1 - self.beta1**count) * m / size
            kept[name] = m, v
        return moved, kept

    def step(self, weights, gradients):
        self.count += 1
        moved, kept = self.ahead(weights, gradients, self.moments, self.count)
        self.moments = {name: (m.detach(), v.detach()) for name, (m, v) in kept.items()}
        return {name: value.detach().requires_grad_() for name, value in moved.items()}


class Augmentation:
    """Changes of Karras et al. 2020 along rows and columns and of colours, each with a probability."""

    def __init__(self, training, application, count):
        self.training, self.application, self.count = training, application, count
        self.number = 0

    def next(self, kind):
        value = self.training.draw(
            kind, f"remedy.ada-target.{self.number}", (self.count,), self.application)
        self.number += 1
        return value

    def gate(self):
        chosen = self.next(philox.uniforms) <= self.training.probability
        return chosen.to(self.training.precision)

    def half(self):
        return (self.next(philox.uniforms) > 0.5).to(self.training.precision)

    def resampled(self, images, axis, scale, shift):
        """Between the two nearest places, nothing outside."""
        side = images.shape[axis]
        places = torch.arange(side, dtype=images.dtype)
        middle = (side - 1) / 2
        origin = (places - middle - shift[:, None] * side) / scale[:, None] + middle
        weights = (1 - (origin[:, :, None] - places).abs()).clamp(min=0)
        return torch.einsum(
            "nts,ncsw->nctw" if axis == 2 else "nts,nchs->ncht", weights, images)

    def __call__(self, images):
        mirror = 1 - 2 * self.gate() * self.half()
        turned = self.gate() * self.half()
        upside_down = 1 - 2 * self.gate() * self.half()
        moved = self.gate()
        shifts = [(2 * self.next(philox.uniforms) - 1) * moved / 8 for _ in range(2)]
        gate = self.gate()
        both = 2 ** (0.2 * self.next(philox.normals) * gate)
        gate = self.gate()
        apart = 2 ** (0.2 * self.next(philox.normals) * gate)
        each = (slice(None), None, None, None)
        images = torch.where(turned[each] > 0, images.transpose(2, 3), images)
        images = self.resampled(images, 2, both / apart * upside_down, shifts[0])
        images = self.resampled(images, 3, both * apart * mirror, shifts[1])
        gate = self.gate()
        images = images + 0.2 * (self.next(philox.normals) * gate)[each]
        gate = self.gate()
        images = images * (2 ** (0.5 * self.next(philox.normals) * gate))[each]
        if images.shape[1] == 1:
            return images
        flipped = self.gate() * self.half()
        gate = self.gate()
        a, b = self.next(philox.normals), self.next(philox.normals)
        angle = torch.atan2(b, a) * gate
        gate = self.gate()
        saturation = 2 ** (self.next(philox.normals) * gate)
        # As matrices: inverted along the axis (1, 1, 1), turned about it, stretched off it.
        axis = torch.ones(3, dtype=images.dtype) / math.sqrt(3)
        along, unit = axis[:, None] * axis, torch.eye(3, dtype=images.dtype)
        cross = torch.tensor(
            [[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]]).to(images)
        pick = (slice(None), None, None)
        matrix = along * (1 - 2 * flipped[pick]) + saturation[pick] * (
            torch.cos(angle)[pick] * (unit - along) + torch.sin(angle)[pick] * cross)
        return torch.einsum("nij,njhw->nihw", matrix, images)


class Training(recipes.Training):
    def __init__(self, architecture, inputs, recipe, precision):
        super().__init__(architecture, inputs, recipe, precision)
        self.optimisers = {side: Adam(recipe) for side in ("generator", "discriminator")}
        self.means = {}
        self.probability, self.known = 0.5, 0.0
        self.averages = (
            {name: value.detach().clone() for name, value in self.of_generator_all().items()}
            if recipe["ema-half-life"] else {})

    def of_generator_all(self):
        names = [*self.generator.parameters, *self.generator.statistics]
        return {name: self.values[name] for name in names}

    def average(self, number):
        """The averaged generator after step `number`, as in StyleGAN2-ADA's training loop."""
        half_life = self.recipe["ema-half-life"]
        if not half_life:
            return
        if share := self.recipe["ema-ramp-up"]:
            half_life = min(half_life, share * number * self.inputs.batch)
        beta = 0.5 ** (self.inputs.batch / max(half_life, 1e-8))
        for name, value in self.of_generator_all().items():
            value = value.detach()
            self.averages[name] = (
                value.clone() if name in self.generator.statistics
                else value.lerp(self.averages[name], beta))

    def results(self):
        averages = {f"average.{name}": value for name, value in self.averages.items()}
        return super().results() | {
            name: value.double().numpy() for name, value in averages.items()}

    def own(self, side, values):
        network = getattr(self, side)
        return {name: values[name] for name in network.parameters}

    def clone(self, values):
        """The same values with statistics of their own."""
        kept = {**self.generator.statistics, **self.discriminator.statistics}
        return {name: v.clone() if name in kept else v for name, v in values.items()}

    def draw(self, kind, name, shape, application=0):
        stream = application << 32 | models.low_word(name)
        draw = kind(self.inputs.seed, stream, self.updates, math.prod(shape))
        return self.tensor(np.asarray(draw, dtype=np.float32).reshape(shape))

    def latents(self):
        latent = self.tensor(self.inputs.latent(self.updates))
        if amount := self.recipe["latent-noise"]:
            latent = latent + amount * self.draw(
                philox.normals, "remedy.latent-noise.0", latent.shape)
        return latent

    def judge(self, images, values, application=0):
        """Scores, and what the last layer is given."""
        if self.recipe["ada-target"]:
            images = Augmentation(self, application, images.shape[0])(images)
        factor = self.recipe["gradient-normalisation"]
        if factor:
            images = images if images.requires_grad else images.requires_grad_()
        network = self.discriminator
        whole, layers = network.layers, network.layers
        network.layers = whole[:-1]
        features = network.forward(images, values, ())
        network.layers = whole[-1:]
        scores = network.forward(features, values, ()).reshape(-1)
        network.layers = layers
        if factor:
            (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
            size = (gradient.flatten(1).square().sum(1) + 1e-12).sqrt()
            scores = scores / (size + factor * scores.abs())
        return scores, features.flatten(1)

    def discriminator_loss(self, values, real, fakes):
        """Of fakes as they are: what they depend on, the loss depends on."""
        recipe = self.recipe
        on_real, on_fake = self.judge(real, values, 0)[0], self.judge(fakes, values, 1)[0]
        if share := recipe["flip-labels"]:
            draw = self.draw(philox.uniforms, "remedy.flip-labels.0", on_real.shape)
            flipped = (draw <= share).to(on_real.dtype)
            on_real, on_fake = (
                on_real + (on_fake - on_real) * flipped, on_fake + (on_real - on_fake) * flipped)
        if recipe["smooth-fakes"]:
            target = recipe["smooth-fakes"]
            if recipe["objective"] == "lsgan":
                loss = (
                    (on_real - recipe["smooth"]).square().mean()
                    + (on_fake - target).square().mean()) / 2
            else:
                loss = (
                    base.cross_entropy(on_real, recipe["smooth"])
                    + base.cross_entropy(on_fake, target)) / 2
        else:
            loss = recipes.discriminator_loss(
                recipe["objective"], on_real, on_fake, recipe["smooth"])
        return loss, (on_real, on_fake)

    def generator_loss(self, values, real, latents, fakes):
        recipe, objective = self.recipe, self.recipe["objective"]
        on_real, of_real = None, None
        # The rest of the game's value depends on the generator through an unrolled discriminator.
        whole = recipe["unrolled"] and objective == "minimax"
        if objective in recipes.PAIRED or recipe["feature-matching"] or whole:
            on_real, of_real = self.judge(real, values, 3)
        on_fake, of_fake = self.judge(fakes, values, 2)
        learnt = on_fake
        if share := recipe["top-k"]:
            learnt = on_fake.topk(round(share * len(on_fake))).values
        loss = recipes.generator_loss(objective, learnt, on_real)
        shown = recipes.generator_loss(objective, on_fake, on_real)
        terms = -base.cross_entropy(on_real, 1) if whole else 0
        if weight := recipe["mode-seeking"]:
            draw = philox.normals(
                self.inputs.seed, OTHERS, self.updates, math.prod(latents.shape))
            others = self.tensor(draw.reshape(latents.shape))
            made = self.generator.forward(others, self.clone(values))
            apart = (fakes - made).abs().mean() / (latents - others).abs().mean()
            terms = terms + weight / (apart + 1e-5)
        if weight := recipe["feature-matching"]:
            terms = terms + weight * (of_real.mean(0) - of_fake.mean(0)).square().sum()
        return loss + terms, float((shown + terms).detach())

    def corrected(self, side, weights, gradients):
        recipe = self.recipe
        gradients = list(gradients)
        if strength := recipe["historical-averaging"]:
            count = self.optimisers[side].count + 1
            for index, (name, weight) in enumerate(weights.items()):
                before = self.means.get(name, torch.zeros_like(weight))
                mean = before + (weight.detach() - before) / count
                gradients[index] = gradients[index] + 2 * strength * (weight - mean)
                self.means[name] = mean
        if (strength := recipe["orthogonal-weights"]) and side == "generator":
            for index, weight in enumerate(weights.values()):
                if weight.dim() < 2:
                    continue
                leaf = weight.detach().requires_grad_()
                rows = leaf.flatten(1)
                products = rows @ rows.T * (1 - torch.eye(len(rows), dtype=rows.dtype))
                (pull,) = torch.autograd.grad(products.square().sum() / 2, leaf)
                gradients[index] = gradients[index] + strength * pull
        return [gradient.detach() for gradient in gradients]

    def losses(self, values, real, latents, fixes):
        """Both players' at these values, with the same fakes."""
        fakes = self.generator.forward(latents, self.clone(values))
        of_d, shown = self.discriminator_loss(
            self.clone(values), real, fakes.detach() if fixes else fakes)
        of_g, value = self.generator_loss(self.clone(values), real, latents, fakes)
        return of_d, of_g, shown, value

    def turned(self, side, values, real, latents):
        """A player's gradients, corrected by the other's by explicit products with the Hessian."""
        recipe = self.recipe
        of_d, of_g, _, _ = self.losses(values, real, latents, fixes=False)
        of_side = {"generator": of_g, "discriminator": of_d}
        points, field = {}, {}
        for player in of_side:
            weights = self.own(player, values)
            points |= weights
            field |= dict(zip(weights, torch.autograd.grad(
                of_side[player], list(weights.values()), create_graph=True)))
        own = list(self.own(side, values))
        half = sum(g.square().sum() for g in field.values()) / 2
        transposed = torch.autograd.grad(
            half, [points[name] for name in own], retain_graph=True)
        gradients = [field[name].detach() for name in own]
        if weight := recipe["consensus-optimisation"]:
            return [g + weight * t for g, t in zip(gradients, transposed)]
        # Hξ by the derivative of the field along itself.
        dummies = [torch.zeros_like(field[name], requires_grad=True) for name in own]
        slopes = torch.autograd.grad(
            [field[name] for name in own], list(points.values()), dummies, create_graph=True,
            allow_unused=True)
        along = sum(
            (slope * field[name].detach()).sum()
            for slope, name in zip(slopes, points) if slope is not None)
        straight = torch.autograd.grad(along, dummies)
        weight = recipe["symplectic-adjustment"]
        return [
            g + weight / 2 * (t - s) for g, t, s in zip(gradients, transposed, straight)]

    def step(self, number):
        record = self.advance()
        self.average(number)
        return record

    def advance(self):
        recipe = self.recipe
        turns = recipe["consensus-optimisation"] or recipe["symplectic-adjustment"]
        if recipe["updates"] == "extragradient":
            return self.extragradient_step()
        for index in range(recipe["critic"]):
            real, latents = self.tensor(self.inputs.real(self.updates)), self.latents()
            fakes = self.generator.forward(latents, self.values)
            fixed = fakes.detach()
            loss, (on_real, on_fake) = self.discriminator_loss(self.values, real, fixed)
            self.adapt(on_real)
            weights = self.own("discriminator", self.values)
            gradients = torch.autograd.grad(loss, list(weights.values()))
            is_simultaneous = (
                recipe["updates"] == "simultaneous" and index == recipe["critic"] - 1)
            correction = (
                self.turned("discriminator", self.values, real, latents) if turns else gradients)
            moved = self.optimisers["discriminator"]
            corrected = self.corrected("discriminator", weights, correction)
            before = dict(self.values), dict(moved.moments), moved.count
            now = moved.step(weights, corrected)
            if not is_simultaneous:
                self.values |= now
                before = None
            self.updates += 1
        self.updates -= 1
        seen = self.unrolled(real, latents, before) if recipe["unrolled"] else self.values
        fakes = fakes if not recipe["unrolled"] else self.generator.forward(
            latents, self.clone(self.values))
        generator_loss, value = self.generator_loss(seen, real, latents, fakes)
        ours = self.own("generator", self.values)
        of_generator = torch.autograd.grad(generator_loss, list(ours.values()))
        correction = (
            self.turned("generator", self.values, real, latents) if turns else of_generator)
        corrected = self.corrected("generator", ours, correction)
        self.values |= now
        self.values |= self.optimisers["generator"].step(ours, corrected)
        self.updates += 1
        return self.record(loss, value, on_real, on_fake, gradients, of_generator), {}

    def adapt(self, on_real):
        recipe = self.recipe
        self.known += (float(on_real.detach().sign().mean()) - self.known) / 4
        step = np.sign(self.known - recipe["ada-target"]) * self.inputs.batch / 500_000
        self.probability = min(recipe["ada-ceiling"], max(0, self.probability + step))

    def record(self, loss, value, on_real, on_fake, gradients, of_generator):
        return {
            "discriminatorLoss": float(loss.detach()), "generatorLoss": value,
            "realScore": float(torch.sigmoid(on_real.detach()).mean()),
            "fakeScore": float(torch.sigmoid(on_fake.detach()).mean()),
            "discriminatorGradientNorm": recipes.size(gradients),
            "generatorGradientNorm": recipes.size(of_generator)}

    def unrolled(self, real, latents, before):
        """Values with the discriminator that its next updates would leave, as a function of the generator."""
        optimiser = self.optimisers["discriminator"]
        moments, count = optimiser.moments, optimiser.count
        if before is not None:
            # As if the step's own update were still to come.
            _, moments, count = before
        values = self.clone(self.values)
        weights = self.own("discriminator", values)
        for index in range(self.recipe["unrolled"]):
            fakes = self.generator.forward(latents, self.clone(self.values))
            loss, _ = self.discriminator_loss({**self.clone(values), **weights}, real, fakes)
            gradients = torch.autograd.grad(
                loss, list(weights.values()), create_graph=True)
            weights, moments = optimiser.ahead(weights, gradients, moments, count + index + 1)
        return {**values, **weights}

    def extragradient_step(self):
        real, latents = self.tensor(self.inputs.real(self.updates)), self.latents()
        start = {side: self.own(side, self.values) for side in self.optimisers}
        for is_last in (False, True):
            fakes = self.generator.forward(latents, self.values)
            loss, (on_real, on_fake) = self.discriminator_loss(self.values, real, fakes.detach())
            generator_loss, value = self.generator_loss(self.values, real, latents, fakes)
            gradients = {
                side: torch.autograd.grad(
                    of_side, list(self.own(side, self.values).values()), retain_graph=True)
                for side, of_side in (("discriminator", loss), ("generator", generator_loss))}
            for side, optimiser in self.optimisers.items():
                self.values |= optimiser.step(start[side], gradients[side])
        self.updates += 1
        return self.record(
            loss, value, on_real, on_fake, gradients["discriminator"], gradients["generator"]), {}


def main():
    names = [f"{network}-{recipe}" for network in recipes.NETWORKS for recipe in RECIPES]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=names)
    philox.check_known_answers()
    for name in parser.parse_args().names:
        network, recipe = name.split("-", 1)
        recipes.make(network, recipe, RECIPES[recipe], Training, read)


if __name__ == "__main__":
    main()
