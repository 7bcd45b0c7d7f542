"""Ten training steps in PyTorch of models that are written as blocks: trees of layers, several networks.

    python make_models.py              # all
    python make_models.py unet

models.py reads the architecture; recipes, files and inputs are those of make_recipes.py. README.md says how
initial values and noise are drawn.
"""

import argparse
import math

import numpy as np
import torch

import make_fixtures as base
import make_recipes as recipes
import models
import philox

RESIDUAL_PAIR = """custom image=16x16x3 latent=8 prior=normal {
  generator {
    dense 4x4x8
    residual as 8x8 {
      batchnorm; relu; upsample 2; conv 8 kernel=3 stride=1 bias=no; batchnorm; relu; conv 8 kernel=3 stride=1
      shortcut { upsample 2; conv 8 kernel=1 stride=1 }
    }
    residual as 16x16 {
      batchnorm; relu; upsample 2; conv 8 kernel=3 stride=1 bias=no; batchnorm; relu; conv 4 kernel=3 stride=1
      shortcut { upsample 2; conv 4 kernel=1 stride=1 }
    }
    batchnorm; relu; conv 3 kernel=3 stride=1; tanh
  }
"""

# Name: architecture, deviation, batch, seed, recipe.
MODELS = {
    "resnet-spectral": (RESIDUAL_PAIR + """
  discriminator weights=spectral {
    residual as 16x16 {
      conv 8 kernel=3 stride=1; relu; conv 8 kernel=3 stride=1; avgpool 2
      shortcut { avgpool 2; conv 8 kernel=1 stride=1 }
    }
    residual as 8x8 {
      relu; conv 8 kernel=3 stride=1; relu; conv 8 kernel=3 stride=1; avgpool 2
      shortcut { conv 8 kernel=1 stride=1; avgpool 2 }
    }
    residual as 4x4 { relu; conv 8 kernel=3 stride=1; relu; conv 8 kernel=3 stride=1 }
    relu; sumpool; dense 1
  }
}""", 0.2, 8, 401, "objective=hinge critic=2 betas=0,0.9 epsilon=1e-3"),
    "resnet-penalty": (RESIDUAL_PAIR + """
  discriminator {
    conv 8 kernel=3 stride=1
    residual as 16x16 {
      layernorm scale=channel; relu; conv 8 kernel=3 stride=1
      layernorm scale=channel; relu; conv 8 kernel=3 stride=1; avgpool 2
      shortcut { avgpool 2; conv 8 kernel=1 stride=1 }
    }
    residual as 8x8 {
      layernorm scale=channel; relu; conv 8 kernel=3 stride=1
      layernorm scale=channel; relu; conv 8 kernel=3 stride=1
    }
    layernorm scale=channel; relu; globalpool; dense 1
  }
}""", 0.2, 8, 402, "objective=wasserstein penalty=gp:10 critic=2 betas=0,0.9 epsilon=1e-3"),
    "attention": ("""custom image=16x16x1 latent=8 prior=normal {
  generator weights=spectral {
    dense 4x4x8 weights=no; deconv 8 padding=1 bias=no; batchnorm; relu; attention as far
    deconv 8 padding=1 bias=no; batchnorm; relu; conv 1 kernel=3 stride=1; tanh
  }
  discriminator weights=spectral {
    conv 8; lrelu 0.1; attention as far; conv 16; lrelu 0.1; flatten; dense 1
  }
}""", 0.3, 8, 403, "objective=hinge epsilon=1e-3"),
    "unet": ("""custom image=16x16x1 latent=8 prior=normal {
  generator {
    dense 16x16x2; lrelu 0.2 as full; conv 4 bias=no; instancenorm affine=yes; lrelu 0.2 as half
    conv 8; groupnorm 2; lrelu 0.2; deconv 4; pixelnorm; relu; concat half
    deconv 4; relu; concat full; conv 1 kernel=3 stride=1 border=reflect; tanh
  }
  discriminator weights=weightnorm {
    conv 4 stride=1 kernel=3 border=replicate; silu; blurpool 2; conv 8 kernel=3 stride=1 groups=2
    silu as skip; conv 8 kernel=3 stride=1 groups=8 dilation=2; add skip; flatten; dense 1
  }
}""", 0.2, 8, 404, "objective=lsgan epsilon=1e-3"),
    "two-discriminators": ("""custom image=16x16x1 latent=8 prior=normal {
  generator { dense 4x4x8 bias=no; batchnorm; relu; deconv 8 bias=no; batchnorm; relu; deconv 1; tanh }
  discriminator { conv 4; lrelu 0.2; conv 8 bias=no; batchnorm; lrelu 0.2; flatten; dense 1 }
  discriminator as local {
    crop 8; conv 8 kernel=3; gelu; dropout 0.25; block as end { flatten; dropout 0.5; dense 1 }
  }
}""", 0.1, 8, 405, "objective=relativistic penalty=r1:1+gp-zero:1@2 epsilon=1e-3"),
    "mapping": ("""custom image=16x16x1 latent=8 prior=normal {
  mapping weights=equalised:1 { pixelnorm; dense 8; lrelu 0.2; dense 8; lrelu 0.2 }
  generator(z, w) weights=equalised {
    dense 4x4x8; noise strength=trained; lrelu 0.2 as first
    from w; dense 8 as scale; from first; multiply scale
    block as 8x8 {
      upsample 2 filter=bilinear; conv 8 kernel=3 stride=1; noise strength=trained; lrelu 0.2
      condbatchnorm w
    }
    block as 16x16 {
      upsample 2; conv 4 kernel=3 stride=1; noise strength=trained as grain; lrelu 0.2
      condbatchnorm w
    }
    conv 1 kernel=1 stride=1 weights=equalised:1; tanh
  }
  discriminator weights=equalised {
    conv 8; lrelu 0.2; conv 8; lrelu 0.2; flatten; dense 1 weights=equalised:1
  }
}""", 0.1, 8, 406, "penalty=r1:1@2 epsilon=1e-3"),
}


class Inputs(base.Inputs):
    """What a model is a function of; see README.md."""

    def __init__(self, architecture, seed, deviation, batch):
        self.seed, self.deviation, self.batch = seed, deviation, batch
        self.shape, self.latent_count = architecture.shape, architecture.latent

    def initial(self, networks):
        """Values by name, trained or not."""
        values, number = {}, 0
        for name, (shape, role) in (
                item for network in networks for item in network.parameters.items()):
            if role in ("mean", "variance"):
                value = np.full(shape, float(role == "variance"))
            elif role == "direction":
                value = np.full(shape, 1 / math.sqrt(shape[0]))
            else:
                draw = philox.normals(
                    self.seed, base.STREAMS["weights"] + number, 0, math.prod(shape))
                value = draw.astype(np.float64).reshape(shape)
                value = value if role == "unit" else self.deviation * value
                value = value + (role in ("scale", "length"))
                number += 1
            values[name] = value.astype(np.float32)
        return values


class Training(recipes.Training):
    """A generator with what it reads, and all who judge it, trained by a recipe in one precision."""

    def __init__(self, architecture, inputs, recipe, precision):
        self.inputs, self.precision, self.recipe, self.updates = inputs, precision, recipe, 0
        self.discriminators = architecture.of_role("discriminator")
        self.makers = [n for n in architecture.networks if n not in self.discriminators]
        self.networks = self.makers + self.discriminators
        self.values = {
            name: self.tensor(value) for name, value in inputs.initial(self.networks).items()}
        self.shapes = {
            name: shape for network in self.networks for name, shape in network.trained.items()}
        for name in self.shapes:
            self.values[name].requires_grad_()
        self.optimisers = {
            side: recipes.make_optimiser(recipe[option], self.weights(networks), recipe)
            for side, option, networks in [
                ("makers", "goptimiser", self.makers),
                ("discriminators", "doptimiser", self.discriminators)]}

    def weights(self, networks):
        return [self.values[name] for network in networks for name in network.trained]

    def generate(self, latent, training=True):
        """What the last of the makers gives."""
        wires = {"z": self.tensor(latent)}
        for network in self.makers:
            outputs, updates = network.apply(
                {wire: wires[wire] for wire in network.inputs}, self.values, training=training,
                seed=self.inputs.seed, step=self.updates)
            wires |= outputs
            self.values |= updates
        return wires["image"]

    def score(self, network, images, application, values=None):
        """With values of its own, nothing is replaced."""
        outputs, updates = network.apply(
            {"image": images}, self.values if values is None else values, training=True,
            application=application, seed=self.inputs.seed, step=self.updates)
        if values is None:
            self.values |= updates
        return outputs["score"].reshape(-1)

    def judge(self, network, real, fake, applications):
        """One batch of both where an example's score is its own alone."""
        if network.treats_examples_alone:
            both = self.score(network, torch.cat([real, fake]), applications[0])
            return both[:real.shape[0]], both[real.shape[0]:]
        return (self.score(network, real, applications[0]),
                self.score(network, fake, applications[1]))

    def squared_gradients(self, images):
        """Of the discriminator that is penalised, with the states from before the update."""
        images = images.detach().requires_grad_()
        scores = self.score(self.penalised, images, self.application, self.before)
        (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
        return gradient.flatten(1).square().sum(1)

    def discriminator_loss(self, real, fake):
        recipe, self.before = self.recipe, dict(self.values)
        judged = [
            (network, *self.judge(network, real, fake, (0, 1))) for network in self.discriminators]
        loss = sum(
            recipes.discriminator_loss(recipe["objective"], on_real, on_fake, recipe["smooth"])
            for _, on_real, on_fake in judged)
        for place, (keyword, weight, interval) in enumerate(recipe["penalty"]):
            if self.updates % interval:
                continue
            self.application = models.PENALTY_APPLICATION + place
            for self.penalised, on_real, _ in judged:
                loss = loss + weight * interval * self.cost(keyword, real, fake, on_real)
        return loss, judged

    def generator_loss(self, real, fake):
        objective, loss = self.recipe["objective"], 0
        for network in self.discriminators:
            on_real = None
            if objective in ("relativistic", "ra"):
                on_real, on_fake = self.judge(network, real, fake, (3, 2))
            else:
                on_fake = self.score(network, fake, 2)
            loss = loss + recipes.generator_loss(objective, on_fake, on_real)
        return loss

    def move(self, side, networks, loss):
        weights = self.weights(networks)
        gradients = torch.autograd.grad(loss, weights)
        for weight, gradient in zip(weights, gradients):
            weight.grad = gradient
        self.optimisers[side].step()
        return recipes.size(gradients)

    def step(self, number):
        for index in range(self.recipe["critic"]):
            real = self.tensor(self.inputs.real(self.updates))
            fakes = self.generate(self.inputs.latent(self.updates))
            loss, judged = self.discriminator_loss(real, fakes.detach())
            size = self.move("discriminators", self.discriminators, loss)
            if index < self.recipe["critic"] - 1:
                self.updates += 1
        of_generator = self.generator_loss(real, fakes)
        generator_size = self.move("makers", self.makers, of_generator)
        self.updates += 1

        def shown(scores):
            return float(torch.stack([torch.sigmoid(s.detach()).mean() for s in scores]).mean())

        return {
            "discriminatorLoss": float(loss.detach()), "generatorLoss": float(of_generator.detach()),
            "realScore": shown([on_real for _, on_real, _ in judged]),
            "fakeScore": shown([on_fake for _, _, on_fake in judged]),
            "discriminatorGradientNorm": size, "generatorGradientNorm": generator_size}, {}

    def sample(self):
        with torch.no_grad():
            return self.generate(self.inputs.latent(base.STEPS, "sample"), training=False)


def make(name):
    text, deviation, batch, seed, recipe_text = MODELS[name]
    recipe = recipes.read(recipe_text)
    double, single = (
        Training(
            architecture := models.Architecture(text),
            Inputs(architecture, seed, deviation, batch), recipe, precision)
        for precision in (torch.float64, torch.float32))
    records, _ = double.run()
    rounded_records, _ = single.run()
    exact, rounded = double.results(), single.results()
    base.SAMPLES = recipes.SAMPLES
    initial = double.inputs.initial(double.networks)
    tensors = []
    for tensor, value in exact.items():
        entry = {"name": tensor, **base.summary(value, False)}
        if tensor in double.shapes:
            entry["moved"] = float(np.linalg.norm(value - initial[tensor]))
        entry["rounding"] = base.rounding(rounded[tensor], value)
        tensors.append(entry)
    fixture = {
        "name": f"model-{name}", "madeWith": f"PyTorch {torch.__version__.split('+')[0]}",
        "seed": seed, "batch": batch, "deviation": deviation, "streams": base.STREAMS,
        "recipe": recipe_text, "architecture": text,
        "parameters": [{"name": key, "shape": shape} for key, shape in double.shapes.items()],
        "steps": records, "tensors": tensors,
    }
    base.write(fixture, base.HERE / f"model-{name}.json")
    worst = max(tensors, key=lambda entry: entry["rounding"]["relative"])
    still = min(
        (entry for entry in tensors if "moved" in entry),
        key=lambda entry: entry["moved"] / entry["norm"])
    print(f"{name}: {worst['name']} is off by {worst['rounding']['relative']:.1e} in single precision; "
          f"{still['name']} moved least, by {still['moved'] / still['norm']:.1e}")
    for key in records[0]:
        off = max(abs(a[key] - b[key]) / abs(a[key]) for a, b in zip(records, rounded_records))
        print(f"  {key:26} {records[0][key]:.4f} .. {records[-1][key]:.4f}, rounding {off:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(MODELS))
    philox.check_known_answers()
    models.check_spectral()
    for name in parser.parse_args().names:
        make(name)


if __name__ == "__main__":
    main()
