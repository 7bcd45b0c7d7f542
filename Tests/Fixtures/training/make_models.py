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
import torch.nn.functional as F

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

# What gansh's residual presets are at this size.
PRESETS = {name: f"{name} image=16x16x3 width=8 latent=8" for name in ("sngan", "wgan-gp", "sagan")}
PRESETS["sngan-classes"] = PRESETS["sngan"] + " classes=4"


def growing(side, norm):
    return f"""residual as {side} {{
      {norm}; relu; upsample 2; conv 8 kernel=3 stride=1
      {norm}; relu; conv 8 kernel=3 stride=1
      shortcut {{ upsample 2; conv 8 kernel=1 stride=1 }}
    }}"""


def shrinking(name, norm, halves):
    """A block of the discriminator after the first."""
    pool = "; avgpool 2" if halves else ""
    shortcut = "shortcut { conv 4 kernel=1 stride=1; avgpool 2 }" if halves else ""
    return f"""residual as {name} {{
      {norm}relu; conv 4 kernel=3 stride=1
      {norm}relu; conv 4 kernel=3 stride=1{pool}
      {shortcut}
    }}"""


def residual_preset(transforms, norm="", end="sumpool; dense 1", attention="", classes=0):
    inner = "condbatchnorm label" if classes else "batchnorm"
    count, of_generator, of_discriminator = (
        (f" classes={classes}", "(z, label)", "(image, label)") if classes else ("", "", ""))
    return f"""custom image=16x16x3 latent=8 prior=normal{count} {{
  generator{of_generator} init=glorot-uniform weights={transforms[0]} {{
    block as 4x4 {{ dense 4x4x8 }}
    {growing("8x8", inner)}
    {attention}
    {growing("16x16", inner)}
    block as image {{ {inner}; relu; conv 3 kernel=3 stride=1; tanh }}
  }}
  discriminator{of_discriminator} init=glorot-uniform weights={transforms[1]} {{
    residual as 16x16 {{
      conv 4 kernel=3 stride=1; relu; conv 4 kernel=3 stride=1; avgpool 2
      shortcut {{ avgpool 2; conv 4 kernel=1 stride=1 }}
    }}
    {attention}
    {shrinking("8x8", norm, True)}
    {shrinking("4x4", norm, False)}
    {shrinking("4x4-2", norm, False)}
    block as score {{ relu; {end} }}
  }}
}}"""


# Streams of the labels of real examples, of fakes and of `sample`, and of what is known of the first.
LABELS = {"label": 40, "drawn": 41, "sample": 42, "mask": 43}

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
    "projection": ("""custom image=16x16x1 latent=8 prior=normal classes=4 {
  generator(z, label) {
    dense 4x4x8; condbatchnorm label; relu; deconv 8 bias=no; condbatchnorm label; relu; deconv 1; tanh
  }
  discriminator(image, label) weights=spectral {
    conv 4; lrelu 0.2; conv 8; lrelu 0.2; globalpool as features; dense 1 as score
    from features; project label; add score
  }
}""", 0.2, 8, 407, "objective=hinge penalty=gp:1+r2:1@2 epsilon=1e-3"),
    "concatenated-labels": ("""custom image=16x16x1 latent=8 prior=normal labels=A,B {
  generator(z, label) {
    from label; embedding 4 as code; from z; concat code; dense 4x4x8 bias=no; batchnorm; relu; deconv 8
    relu; deconv 1; tanh
  }
  discriminator(image, label) {
    concat label; conv 8; lrelu 0.2; conv 8 bias=no; batchnorm; lrelu 0.2; flatten; dense 1
  }
}""", 0.1, 8, 408, "objective=relativistic epsilon=1e-3"),
    "auxiliary-classes": ("""custom image=16x16x1 latent=8 prior=normal classes=4 {
  generator(z, label) { concat label; dense 4x4x8; relu; deconv 8; relu; deconv 1; tanh }
  discriminator {
    conv 4; lrelu 0.2; conv 8; lrelu 0.2; flatten as features; dense 4; output class
    from features; dense 1
  }
}""", 0.1, 8, 409, "penalty=r1:1 epsilon=1e-3"),
    "auxiliary-attributes": ("""custom image=16x16x1 latent=8 prior=normal labels=A,B,C {
  generator(z, label) { concat label; dense 4x4x8; relu; deconv 8; relu; deconv 1; tanh }
  discriminator {
    conv 4; lrelu 0.2; conv 8; lrelu 0.2; flatten; dropout 0.25 as features; dense 3; output class
    from features; dense 1
  }
}""", 0.1, 8, 410, "critic=2 epsilon=1e-3"),
    "sngan": (
        residual_preset(("no", "spectral")), 0.2, 8, 411,
        "objective=hinge critic=5 betas=0,0.9 epsilon=1e-3"),
    "wgan-gp": (
        residual_preset(("no", "no"), "layernorm scale=channel; ", "globalpool; dense 1"), 0.2, 8, 412,
        "objective=wasserstein penalty=gp:10 critic=5 betas=0,0.9 lr=1e-5 epsilon=1e-2"),
    "sagan": (
        residual_preset(
            ("spectral", "spectral"), attention="block as 8x8-attention { attention }"), 0.2, 8, 413,
        "objective=hinge betas=0,0.9 epsilon=1e-3"),
    "sngan-classes": (
        residual_preset(
            ("no", "spectral"), classes=4,
            end="sumpool as features; dense 1 as logit; from features; project label; add logit"),
        0.2, 8, 415, "objective=hinge critic=2 betas=0,0.9 epsilon=1e-3"),
    "minibatch": ("""custom image=16x16x1 latent=8 prior=normal {
  generator { dense 4x4x8 bias=no; batchnorm; relu; deconv 8; relu; deconv 1; tanh }
  discriminator {
    conv 4; lrelu 0.2; minibatchstd group=4; conv 8; lrelu 0.2; flatten; minibatchdisc 6 dim=3; dense 1
  }
}""", 0.1, 12, 416, "penalty=r1:1@2 critic=2 epsilon=1e-3"),
    "packed": ("""custom image=16x16x1 latent=8 prior=normal pack=2 {
  generator { dense 4x4x8 bias=no; batchnorm; relu; deconv 8; relu; deconv 1; tanh }
  discriminator { conv 4; lrelu 0.2; conv 8 bias=no; batchnorm; lrelu 0.2; flatten; dense 1 }
}""", 0.1, 8, 417, "penalty=gp-zero:1@2 epsilon=1e-3"),
    "bidirectional": ("""custom image=16x16x1 latent=8 prior=normal {
  generator { dense 4x4x8 bias=no; batchnorm; relu; deconv 8 bias=no; batchnorm; relu; deconv 1; tanh }
  encoder { conv 4; lrelu 0.2; conv 8 bias=no; batchnorm; lrelu 0.2; flatten; dense 8 }
  discriminator(image, z) {
    conv 4; lrelu 0.2; conv 8; lrelu 0.2; flatten as seen; from z; dense 16; lrelu 0.2; concat seen
    dense 16; lrelu 0.2; dense 1
  }
}""", 0.15, 8, 414, "penalty=r1:1+r2:1@2 critic=2 epsilon=1e-3"),
    "veegan": ("""custom image=4x4x1 latent=8 prior=normal {
  generator { dense 16; relu; dense 16; tanh; reshape 4x4x1 }
  reconstructor { flatten; dense 16; relu; dense 8 }
  discriminator(image, z) { flatten; concat z; dense 12; maxout 2; dense 1 }
}""", 0.3, 8, 415, "objective=reverse-kl latent-reconstruction=0.5 epsilon=1e-3"),
}


class Inputs(base.Inputs):
    """What a model is a function of; see README.md."""

    def __init__(self, architecture, seed, deviation, batch):
        self.seed, self.deviation, self.batch = seed, deviation, batch
        self.shape, self.latent_count = architecture.shape, architecture.latent
        self.classes, self.label_count = architecture.classes, architecture.label_count

    def labels(self, step, what="label"):
        """`[N, count]`: a 1 in the place of a class, or 0 and 1 for attributes; nil without labels."""
        if not self.label_count:
            return None
        count = 1 if self.classes else self.label_count
        draw = philox.uniforms(self.seed, LABELS[what], step, self.batch * count)
        draw = draw.reshape(self.batch, count)
        if self.classes:
            return (np.floor(draw * self.classes) == np.arange(self.classes)).astype(np.float32)
        return (draw < 0.5).astype(np.float32)

    def known(self, step):
        """1 where a label of a real example is known; of a class all or nothing."""
        count = 1 if self.classes else self.label_count
        draw = philox.uniforms(self.seed, LABELS["mask"], step, self.batch * count)
        known = (draw < 0.75).astype(np.float32).reshape(self.batch, count)
        return np.broadcast_to(known, (self.batch, self.label_count)).copy()

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
        self.pack = architecture.pack
        self.encoder = next(iter(architecture.of_role("encoder", "reconstructor")), None)
        self.encodes = self.encoder is not None and self.encoder.role == "encoder"
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

    def label(self, *which):
        labels = self.inputs.labels(*which)
        return None if labels is None else self.tensor(labels)

    def generate(self, latent, label, training=True):
        """What the last of the makers gives."""
        wires = {"z": self.tensor(latent), "label": label}
        for network in self.makers:
            if network is self.encoder:
                continue
            outputs, updates = network.apply(
                {wire: wires[wire] for wire in network.inputs}, self.values, training=training,
                seed=self.inputs.seed, step=self.updates)
            wires |= outputs
            self.values |= updates
        return wires["image"]

    def packed(self, images):
        """Lin et al. 2018: some examples as the channels of one."""
        count, channels, *rest = images.shape
        return images.reshape(count // self.pack, channels * self.pack, *rest)

    def encode(self, images):
        if self.encoder is None:
            return None
        outputs, updates = self.encoder.apply(
            {"image": images}, self.values, training=True, seed=self.inputs.seed, step=self.updates)
        self.values |= updates
        return outputs["z"]

    def score(self, network, images, label, code, application, values=None):
        """Scores and the logits of labels, where it tells them; with values of its own, nothing is replaced."""
        wires = {"image": images, "label": label, "z": code}
        outputs, updates = network.apply(
            {wire: wires[wire] for wire in network.inputs},
            self.values if values is None else values, training=True, application=application,
            seed=self.inputs.seed, step=self.updates)
        if values is None:
            self.values |= updates
        return outputs["score"].reshape(-1), outputs.get("class")

    def judge(self, network, real, fake, applications):
        """Of examples with their labels and codes; one batch of both where an example's score is its own alone."""
        if network.treats_examples_alone:
            batch = real[0].shape[0]
            together = [
                None if of_real is None else torch.cat([of_real, of_fake])
                for of_real, of_fake in zip(real, fake)]
            scores, classes = self.score(network, *together, applications[0])
            classes = (None, None) if classes is None else (classes[:batch], classes[batch:])
            return (scores[:batch], classes[0]), (scores[batch:], classes[1])
        return (self.score(network, *real, applications[0]),
                self.score(network, *fake, applications[1]))

    def label_loss(self, logits, labels, known=None):
        """Of those known alone: of classes the cross-entropy, of attributes the mean of binary ones."""
        if self.inputs.classes:
            losses = F.cross_entropy(logits, labels, reduction="none")
            known = None if known is None else known[:, 0]
        else:
            losses = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        return losses.mean() if known is None else (losses * known).sum() / known.sum()

    def cost(self, keyword, real, fake, real_scores):
        self.beside = [pair[keyword == "r2"] for pair in (self.labelled, self.coded)]
        return super().cost(keyword, real, fake, real_scores)

    def squared_gradients(self, images):
        """Of the discriminator that is penalised, with the states from before the update."""
        images = images.detach().requires_grad_()
        scores, _ = self.score(
            self.penalised, images, *self.beside, self.application, self.before)
        (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
        return gradient.flatten(1).square().sum(1)

    def discriminator_loss(self, real, fake, codes):
        recipe, self.before = self.recipe, dict(self.values)
        self.labelled = self.label(self.updates), self.label(self.updates, "drawn")
        self.coded = codes
        passes = [
            (network, *self.judge(
                network, (real, self.labelled[0], codes[0]), (fake, self.labelled[1], codes[1]),
                (0, 1)))
            for network in self.discriminators]
        judged = [(network, on_real[0], on_fake[0]) for network, on_real, on_fake in passes]
        loss = sum(
            recipes.discriminator_loss(recipe["objective"], on_real, on_fake, recipe["smooth"])
            for _, on_real, on_fake in judged)
        for _, (_, of_real), (_, of_fake) in passes:
            if of_real is not None:
                known = self.tensor(self.inputs.known(self.updates))
                loss = loss + self.label_loss(of_real, self.labelled[0], known)
                loss = loss + self.label_loss(of_fake, self.labelled[1])
        for place, (keyword, weight, interval) in enumerate(recipe["penalty"]):
            if self.updates % interval:
                continue
            self.application = models.PENALTY_APPLICATION + place
            for self.penalised, on_real, _ in judged:
                loss = loss + weight * interval * self.cost(keyword, real, fake, on_real)
        return loss, judged

    def generator_loss(self, real, fake, codes):
        objective, loss = self.recipe["objective"], 0
        label, drawn = self.labelled
        for network in self.discriminators:
            on_real = None
            if objective in recipes.PAIRED or self.encodes:
                (on_real, _), (on_fake, classes) = self.judge(
                    network, (real, label, codes[0]), (fake, drawn, codes[1]), (3, 2))
            else:
                on_fake, classes = self.score(network, fake, drawn, codes[1], 2)
            if not self.encodes:
                loss = loss + recipes.generator_loss(objective, on_fake, on_real)
            else:
                loss = loss + recipes.discriminator_loss(objective, on_fake, on_real, 1)
            if classes is not None:
                loss = loss + self.label_loss(classes, drawn)
        if weight := self.recipe["latent-reconstruction"]:
            # Srivastava et al. 2017: half the squared distance of each latent from what is read back.
            distances = (codes[1] - self.encode(fake)).square().sum(1)
            loss = loss + weight * distances.mean() / 2
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
            real = self.packed(self.tensor(self.inputs.real(self.updates)))
            latents = self.inputs.latent(self.updates)
            fakes = self.packed(self.generate(latents, self.label(self.updates, "drawn")))
            codes = (self.encode(real), self.tensor(latents))
            loss, judged = self.discriminator_loss(
                real, fakes.detach(), [None if c is None else c.detach() for c in codes])
            size = self.move("discriminators", self.discriminators, loss)
            if index < self.recipe["critic"] - 1:
                self.updates += 1
        of_generator = self.generator_loss(real, fakes, codes)
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
            return self.generate(
                self.inputs.latent(base.STEPS, "sample"), self.label(base.STEPS, "sample"),
                training=False)


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
        **({"preset": PRESETS[name]} if name in PRESETS else {}),
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
