"""An architecture as gansh's text writes it, in PyTorch: its parameters by gansh's names, and its passes.

Nothing here is taken from gansh but the language: what a layer computes is said with PyTorch's own
functions. `check_spectral` holds the power iteration to `torch.nn.utils.spectral_norm`.
"""

import math
import re

import numpy as np
import torch
import torch.nn.functional as F

import philox

OUTPUT = {"mapping": "w", "generator": "image", "discriminator": "score", "encoder": "z",
          "reconstructor": "z", "decoder": "image", "classifier": "label"}
INPUTS = {"mapping": ["z"], "generator": ["z"], "decoder": ["z"], "discriminator": ["image"],
          "encoder": ["image"], "reconstructor": ["image"], "classifier": ["image"]}
NOISE = {"discriminator": 256, "generator": 256 + 32_768}
PENALTY_APPLICATION = 16_384
WINDOW = {"kernel": "4", "stride": "2", "padding": "same", "bias": "yes", "weights": "network"}
BATCH = {"momentum": "torch:0.1"}
DEFAULTS = {
    "dense": {"bias": "yes", "weights": "network"},
    "conv": WINDOW | {"dilation": "1", "groups": "1", "border": "zero"},
    "deconv": WINDOW | {"outpad": "0"},
    "cosine": {"scale": "30", "weights": "network"},
    "embedding": {"weights": "network"}, "project": {"weights": "network"},
    "attention": {"pool": "2", "weights": "network"},
    "batchnorm": BATCH, "meannorm": BATCH, "condbatchnorm": BATCH,
    "layernorm": {"eps": "1e-5", "scale": "value"},
    "instancenorm": {"eps": "1e-5", "affine": "no"}, "groupnorm": {"eps": "1e-5"},
    "minibatchstd": {"group": "4"}, "minibatchdisc": {"dim": "5"},
    "pixelnorm": {"eps": "1e-8"}, "noise": {"strength": "fixed"}, "blurpool": {"kernel": "3"},
    "upsample": {"filter": "nearest"}, "crop": {"around": "middle"},
}
CONTRACTIONS = {"dense", "conv", "deconv", "embedding", "cosine", "attention", "project"}
BLOCKS = {"residual", "shortcut", "block"}


class Layer:
    """A keyword with an operand, options, perhaps a name and layers in braces."""

    def __init__(self, words):
        self.keyword, rest = words[0], words[1:]
        self.operand, self.name, self.options, self.layers = None, None, {}, None
        while rest:
            word, *rest = rest
            if word == "as":
                self.name, *rest = rest
            elif "=" in word:
                key, value = word.split("=")
                self.options[key] = value
            else:
                self.operand = word
        self.options = DEFAULTS.get(self.keyword, {}) | self.options
        if self.keyword in ("batchnorm", "condbatchnorm"):
            keras = self.options["momentum"].startswith("keras")
            self.options.setdefault("eps", "1e-3" if keras else "1e-5")

    def all(self):
        return [self] + [inner for layer in self.layers or [] for inner in layer.all()]


def tokens(text):
    return re.findall(r"\([^)]*\)|[{};\n]|[^\s{};()]+", text)


def layers_of(words):
    """The layers up to the brace that closes; `words` is an iterator of tokens."""
    layers, current = [], []
    for word in words:
        if word in ";\n}":
            if current:
                layers.append(Layer(current))
            current = []
            if word == "}":
                return layers
        elif word == "{":
            layers.append(Layer(current))
            layers[-1].layers, current = layers_of(words), []
        else:
            current.append(word)
    if current:
        layers.append(Layer(current))
    return layers


class Architecture:
    """`custom image=16x16x1 latent=8 { generator(z, w) init=… { … } … }`."""

    def __init__(self, text):
        head, body = text.split("{", 1)
        self.options = dict(word.split("=") for word in head.split() if "=" in word)
        height, width, channels = map(int, self.options["image"].split("x"))
        self.shape, self.latent = [channels, height, width], int(self.options["latent"])
        words = iter(tokens(body))
        self.networks, current = [], []
        for word in words:
            if word == "{":
                self.networks.append(Network(current, layers_of(words)))
                current = []
            elif word != "\n":
                if word == "}":
                    break
                current.append(word)
        self.classes = int(self.options.get("classes", 0))
        attributes = self.options["labels"].split(",") if "labels" in self.options else []
        self.label_count = self.classes or len(attributes)
        wires = {"z": [self.latent], "image": self.shape, "label": [self.label_count]}
        self.pack = int(self.options.get("pack", 1))
        for network in self.networks:
            given = {wire: wires[wire] for wire in network.inputs}
            if network.role == "discriminator":
                channels, *rest = given["image"]
                given["image"] = [channels * self.pack, *rest]
            wires |= network.resolve(given)

    def of_role(self, *roles):
        return [network for network in self.networks if network.role in roles]


class Network:
    """`parameters` maps each name to its shape and role, in order of creation."""

    def __init__(self, head, layers):
        self.role, self.layers = head[0], layers
        self.given_name = head[head.index("as") + 1] if "as" in head else None
        self.name = self.given_name or self.role
        inputs = [word for word in head if word.startswith("(")]
        self.inputs = re.findall(r"[^\s(),]+", inputs[0]) if inputs else INPUTS[self.role]
        options = dict(word.split("=") for word in head if "=" in word)
        self.transform = options.get("weights", "no")
        kinds = {layer.keyword for outer in layers for layer in outer.all()}
        self.treats_examples_alone = not kinds & {
            "batchnorm", "meannorm", "condbatchnorm", "minibatchstd", "minibatchdisc", "dropout", "noise"}
        self.is_numbered = self.given_name is None and self.role in NOISE

    @classmethod
    def of_layers(cls, text, inputs, transform="no"):
        """A discriminator of these layers, with inputs of those shapes."""
        network = cls(
            ["discriminator", f"({','.join(inputs)})", f"weights={transform}"],
            layers_of(iter(tokens(text))))
        network.resolve(inputs)
        return network

    def resolve(self, inputs):
        """Finds parameters; returns the shapes of the outputs."""
        first = Pass(self, {}, training=True)
        outputs = first.run({wire: torch.zeros([2, *inputs[wire]]) for wire in self.inputs})
        self.parameters = first.found
        self.trained = {
            name: shape for name, (shape, role) in first.found.items()
            if role not in ("mean", "variance", "direction")}
        return {name: list(value.shape[1:]) for name, value in outputs.items()}

    def apply(self, inputs, values, **how):
        """The outputs by name, and the states that a training pass replaces."""
        this = Pass(self, values, **how)
        return this.run(inputs), this.updates


class Names:
    """The beginnings of parameters' names, given out in order."""

    def __init__(self, scope, braces):
        self.scope, self.braces, self.block, self.begun, self.taken = scope, braces, 1, False, {}

    def next(self, layer):
        if layer.name:
            return f"{self.scope}.{layer.name}"
        if not self.braces and layer.keyword in CONTRACTIONS | BLOCKS:
            if self.begun:
                self.block, self.taken = self.block + 1, {}
            self.begun = True
        number = self.taken[layer.keyword] = self.taken.get(layer.keyword, 0) + 1
        name = layer.keyword + (str(number) if number > 1 else "")
        return f"{self.scope}.{name}" if self.braces else f"{self.scope}.block{self.block}.{name}"


class Pass:
    """One application of a network; with no values, the one that finds its parameters."""

    def __init__(self, network, values, training, application=0, seed=0, step=0):
        self.network, self.values, self.training = network, values, training
        self.application, self.seed, self.step = application, seed, step
        self.found, self.updates, self.outputs, self.noises = {}, {}, {}, 0

    def run(self, inputs):
        self.wires = [dict(inputs)]
        x = self.sequence(
            self.network.layers, inputs[self.network.inputs[0]], Names(self.network.name, False),
            self.network.is_numbered)
        return {**self.outputs, OUTPUT[self.network.role]: x}

    def sequence(self, layers, x, names, numbered):
        for layer in layers:
            self.layer, self.scope = layer, names.next(layer)
            self.numbered = numbered and not layer.name and layer.keyword not in BLOCKS
            x = self.apply(layer, self.scope, x)
            if layer.name:
                self.wires[-1][layer.name] = x
        return x

    def braces(self, layers, x, scope):
        self.wires.append({})
        x = self.sequence(layers, x, Names(scope, True), False)
        self.wires.pop()
        return x

    # Parameters.

    def parameter(self, name, shape, role):
        name = f"{self.scope}.{name}"
        if name not in self.values:
            self.found[name] = (list(shape), role)
            return torch.ones(shape)
        return self.values[name]

    def weight(self, shape, name="weight", outputs=0, role="weight"):
        """A weight as it is used: as it is, or what `weights=` makes of it."""
        asked = self.layer.options["weights"]
        asked = self.network.transform if asked == "network" else asked
        transform, _, gain = asked.partition(":")
        if transform == "equalised":
            weight = self.parameter(name, shape, "unit")
            fan = math.prod(shape) // shape[outputs]
            return weight * ((float(gain) if gain else math.sqrt(2)) / math.sqrt(fan))
        weight = self.parameter(name, shape, role)
        if transform == "weightnorm":
            length = self.parameter(f"{name}_length", [shape[outputs]], "length")
            # Not torch._weight_norm: its second derivatives (2.15) are not those of what it computes.
            lined = [-1 if axis == outputs else 1 for axis in range(len(shape))]
            others = [axis for axis in range(len(shape)) if axis != outputs]
            norm = torch.linalg.vector_norm(weight, dim=others, keepdim=True)
            return weight * (length.reshape(lined) / norm)
        return self.spectral(weight, name, outputs) if transform == "spectral" else weight

    def spectral(self, weight, name, outputs):
        """Miyato et al. 2018, algorithm 1; one step in each pass in training."""
        matrix = weight.movedim(outputs, 0).flatten(1)
        left = self.parameter(f"{name}_left", [matrix.shape[0]], "direction")
        right = self.parameter(f"{name}_right", [matrix.shape[1]], "direction")
        if self.training:
            with torch.no_grad():
                right = F.normalize(matrix.t() @ left, dim=0)
                left = F.normalize(matrix @ right, dim=0)
            self.updates[f"{self.scope}.{name}_left"] = left
            self.updates[f"{self.scope}.{name}_right"] = right
        return weight / (left @ (matrix @ right))

    # Random numbers.

    def stream(self):
        """Numbered layers count, as gansh's first networks did; others have their names' digests."""
        if not self.numbered:
            return self.application << 32 | low_word(self.scope)
        number = NOISE[self.network.role] + 3 * self.noises
        self.noises += 1
        if self.application < 3 or self.application == PENALTY_APPLICATION:
            return number + self.application
        return self.application << 32 | number

    def draw(self, kind, shape, x):
        values = kind(self.seed, self.stream(), self.step, math.prod(shape))
        return torch.from_numpy(np.ascontiguousarray(values)).to(x.dtype).reshape(shape)

    # Layers.

    def apply(self, layer, scope, x):
        keyword, options = layer.keyword, layer.options
        if keyword in ACTIVATIONS:
            return ACTIVATIONS[keyword](x, layer.operand)
        if keyword == "residual":
            inner = [part for part in layer.layers if part.keyword != "shortcut"]
            made = self.braces(inner, x, scope)
            for part in layer.layers:
                if part.keyword == "shortcut":
                    x = self.braces(part.layers, x, f"{scope}.shortcut")
            return x + made
        if keyword == "block":
            return self.braces(layer.layers, x, scope)
        if keyword == "output":
            self.outputs[layer.operand] = x
            return x
        return getattr(self, keyword)(x, layer.operand, options)

    def wire(self, name):
        return next(wires[name] for wires in reversed(self.wires) if name in wires)

    def bias(self, y, channels, options):
        if options["bias"] == "no":
            return y
        bias = self.parameter("bias", [channels], "bias")
        return y + (bias if y.dim() == 2 else bias[:, None, None])

    def dense(self, x, operand, options):
        shape = sizes(operand)
        x, units = x.flatten(1), math.prod(shape)
        y = F.linear(x, self.weight([units, x.shape[1]]))
        return self.bias(y, units, options).reshape(-1, *shape)

    def conv(self, x, operand, options):
        channels, groups, dilation = int(operand), int(options["groups"]), int(options["dilation"])
        kernel, stride = pair(options["kernel"]), pair(options["stride"])
        weight = self.weight([channels, x.shape[1] // groups, *kernel])
        pads = []
        for size, window, step in zip(x.shape[2:], kernel, stride):
            reach = (window - 1) * dilation + 1
            zeros = max(0, (math.ceil(size / step) - 1) * step + reach - size)
            pads.append(sides(options["padding"], zeros))
        border = {"zero": "constant"}.get(options["border"], options["border"])
        x = F.pad(x, [*pads[1], *pads[0]], border)
        y = F.conv2d(x, weight, None, stride, 0, dilation, groups)
        return self.bias(y, channels, options)

    def deconv(self, x, operand, options):
        channels, extra = int(operand), int(options["outpad"])
        kernel, stride = pair(options["kernel"]), pair(options["stride"])
        weight = self.weight([x.shape[1], channels, *kernel], outputs=1)
        if options["padding"] != "same":
            zeros = sides(options["padding"], 0)[0]
            y = F.conv_transpose2d(x, weight, None, stride, zeros, extra)
            return self.bias(y, channels, options)
        y = F.conv_transpose2d(x, weight, None, stride)
        for axis, size, window, step in zip((2, 3), x.shape[2:], kernel, stride):
            low = max(0, window - step) // 2
            if window < step:
                y = F.pad(y, [0, 0] * (3 - axis) + [0, step - window])
            y = y.narrow(axis, low, size * step)
        return self.bias(y, channels, options)

    def embedding(self, x, operand, options):
        x = x.flatten(1)
        return x @ self.weight([x.shape[1], int(operand)], role="unit")

    def cosine(self, x, operand, options):
        x = x.flatten(1)
        weight = self.weight([int(operand), x.shape[1]])
        return float(options["scale"]) * F.linear(F.normalize(x), F.normalize(weight))

    def project(self, x, operand, options):
        x, label = x.flatten(1), self.wire(operand).flatten(1)
        weight = self.weight([label.shape[1], x.shape[1]])
        return (x * (label @ weight)).sum(1, keepdim=True)

    def attention(self, x, operand, options):
        channels, (height, width) = x.shape[1], x.shape[2:]
        narrow, half, pool = max(1, channels // 8), max(1, channels // 2), int(options["pool"])

        def once(count, name):
            return F.conv2d(x, self.weight([count, channels, 1, 1], name=f"{name}_weight"))

        query = once(narrow, "query").flatten(2)
        key = F.max_pool2d(once(narrow, "key"), pool).flatten(2)
        value = F.max_pool2d(once(half, "value"), pool).flatten(2)
        read = value @ torch.softmax(query.transpose(1, 2) @ key, dim=2).transpose(1, 2)
        weight = self.weight([channels, half, 1, 1], name="output_weight")
        y = F.conv2d(read.reshape(-1, half, height, width), weight)
        return x + self.parameter("share", [1], "constant") * y

    # Normalisations.

    def over_batch(self, x, options, weight, bias):
        """With PyTorch's or Keras's rule for the running statistics."""
        convention, momentum = options["momentum"].split(":")
        momentum, epsilon = float(momentum), float(options["eps"])
        mean = self.parameter("running_mean", [x.shape[1]], "mean").clone()
        variance = self.parameter("running_var", [x.shape[1]], "variance").clone()
        if not self.training or convention == "torch":
            y = F.batch_norm(x, mean, variance, weight, bias, self.training, momentum, epsilon)
        else:
            axes = [axis for axis in range(x.dim()) if axis != 1]
            mean = mean * momentum + x.detach().mean(axes) * (1 - momentum)
            variance = variance * momentum + x.detach().var(axes, unbiased=False) * (1 - momentum)
            y = F.batch_norm(x, None, None, weight, bias, True, 0, epsilon)
        if self.training:
            self.updates[f"{self.scope}.running_mean"] = mean
            self.updates[f"{self.scope}.running_var"] = variance
        return y

    def batchnorm(self, x, operand, options):
        weight = self.parameter("weight", [x.shape[1]], "scale")
        return self.over_batch(x, options, weight, self.parameter("bias", [x.shape[1]], "shift"))

    def meannorm(self, x, operand, options):
        """Salimans and Kingma 2016, section 4."""
        convention, momentum = options["momentum"].split(":")
        kept = float(momentum) if convention == "keras" else 1 - float(momentum)
        bias = self.parameter("bias", [x.shape[1]], "shift")
        running = self.parameter("running_mean", [x.shape[1]], "mean")
        mean = x.mean([axis for axis in range(x.dim()) if axis != 1]) if self.training else running
        if self.training:
            self.updates[f"{self.scope}.running_mean"] = kept * running + (1 - kept) * mean.detach()
        spread = (slice(None),) + (None,) * (x.dim() - 2)
        return x - mean[spread] + bias[spread]

    def condbatchnorm(self, x, operand, options):
        condition = self.wire(operand).flatten(1)
        shape = [condition.shape[1], x.shape[1]]
        factors = self.parameter("factors", shape, "constant")
        shifts = self.parameter("shifts", shape, "constant")
        y = self.over_batch(x, options, None, None)
        spread = (slice(None), slice(None)) + (None,) * (x.dim() - 2)
        return y * (1 + condition @ factors)[spread] + (condition @ shifts)[spread]

    def layernorm(self, x, operand, options):
        y = F.layer_norm(x, x.shape[1:], eps=float(options["eps"]))
        if options["scale"] == "channel":
            return self.by_channel(y)
        weight = self.parameter("weight", x.shape[1:], "scale")
        return y * weight + self.parameter("bias", x.shape[1:], "shift")

    def instancenorm(self, x, operand, options):
        y = F.instance_norm(x, eps=float(options["eps"]))
        return self.by_channel(y) if options["affine"] == "yes" else y

    def groupnorm(self, x, operand, options):
        weight = self.parameter("weight", [x.shape[1]], "scale")
        bias = self.parameter("bias", [x.shape[1]], "shift")
        return F.group_norm(x, int(operand), weight, bias, float(options["eps"]))

    def minibatchstd(self, x, operand, options):
        """MinibatchStdLayer of Karras et al. 2020 (stylegan2-ada, networks.py), one channel."""
        count = x.shape[0]
        group = max(g for g in range(1, min(int(options["group"]), count) + 1) if count % g == 0)
        y = x.reshape(group, count // group, -1)
        y = (y - y.mean(0)).square().mean(0).add(1e-8).sqrt().mean(1)
        y = y.reshape(1, -1, *[1] * (x.dim() - 1))
        y = y.expand(group, *y.shape[1:]).reshape(count, *[1] * (x.dim() - 1))
        return torch.cat([x, y.expand(count, 1, *x.shape[2:])], 1)

    def minibatchdisc(self, x, operand, options):
        """Salimans et al. 2016, section 3.2."""
        x, kernels, size = x.flatten(1), int(operand), int(options["dim"])
        weight = self.parameter("weight", [kernels * size, x.shape[1]], "weight")
        made = F.linear(x, weight).reshape(-1, kernels, size)
        distances = (made[:, None] - made[None]).abs().sum(3)
        return torch.cat([x, torch.exp(-distances).sum(1)], 1)

    def maxout(self, x, operand, options):
        """Goodfellow et al. 2013: the largest of so many neighbours."""
        count, channels, *rest = x.shape
        return x.reshape(count, channels // int(operand), int(operand), *rest).amax(2)

    def pixelnorm(self, x, operand, options):
        return x * torch.rsqrt(x.square().mean(1, keepdim=True) + float(options["eps"]))

    def by_channel(self, x):
        spread = (slice(None),) + (None,) * (x.dim() - 2)
        weight = self.parameter("weight", [x.shape[1]], "scale")
        return x * weight[spread] + self.parameter("bias", [x.shape[1]], "shift")[spread]

    # Noise.

    def dropout(self, x, operand, options):
        keep = 1 - float(operand)
        if not self.training or keep == 1:
            return x
        return x * (self.draw(philox.uniforms, x.shape, x) < keep) / keep

    def noise(self, x, operand, options):
        deviation = float(operand or 1)
        strength = None
        if options["strength"] == "trained":
            strength = self.parameter("strength", [x.shape[1]], "constant")
        if not self.training:
            return x
        if strength is None:
            return x + deviation * self.draw(philox.normals, x.shape, x)
        spread = (slice(None),) + (None,) * (x.dim() - 2)
        shared = self.draw(philox.normals, [x.shape[0], 1, *x.shape[2:]], x)
        return x + deviation * strength[spread] * shared

    # Sizes and joins.

    def maxpool(self, x, operand, options):
        return F.max_pool2d(x, int(operand or 2), int(options.get("stride", operand or 2)))

    def avgpool(self, x, operand, options):
        return F.avg_pool2d(x, int(operand or 2), int(options.get("stride", operand or 2)))

    def globalpool(self, x, operand, options):
        return x.mean((2, 3))

    def sumpool(self, x, operand, options):
        return x.sum((2, 3))

    def blurpool(self, x, operand, options):
        width, channels = int(options["kernel"]), x.shape[1]
        row = torch.tensor([math.comb(width - 1, place) for place in range(width)], dtype=x.dtype)
        kernel = (row[:, None] * row[None, :] / row.sum() ** 2).expand(channels, 1, width, width)
        low, high = (width - 1) // 2, width // 2
        return F.conv2d(
            F.pad(x, [low, high, low, high], "reflect"), kernel, None, int(operand or 2),
            groups=channels)

    def upsample(self, x, operand, options):
        how = {"mode": "nearest"}
        if options["filter"] == "bilinear":
            how = {"mode": "bilinear", "align_corners": False}
        return F.interpolate(x, scale_factor=int(operand or 2), **how)

    def reshape(self, x, operand, options):
        return x.reshape(-1, *sizes(operand))

    def flatten(self, x, operand, options):
        return x.flatten(1)

    def glu(self, x, operand, options):
        value, gate = x.chunk(2, 1)
        return (ACTIVATIONS[operand](value, None) if operand else value) * gate.sigmoid()

    def crop(self, x, operand, options):
        if options["around"] != "middle":
            mask = self.wire(options["around"]).detach()
            return torch.stack([self.part(one, around[0] > 0, pair(operand)) for one, around in zip(x, mask)])
        for axis, size in zip((2, 3), pair(operand)):
            x = x.narrow(axis, (x.shape[axis] - size) // 2, size)
        return x

    @staticmethod
    def part(x, mask, size):
        """What surrounds the box of a mask, moved into the image; between pixels it is interpolated."""
        for axis, extent in zip((1, 2), size):
            held = mask.any(2 - axis).nonzero().flatten().tolist() or [x.shape[axis], 0]
            start = (min(held) + max(held) + 1 - extent) / 2
            start = min(max(start, 0), x.shape[axis] - extent)
            low = min(int(start), x.shape[axis] - extent)
            high = min(low + 1, x.shape[axis] - extent)
            share = start - low
            x = (1 - share) * x.narrow(axis, low, extent) + share * x.narrow(axis, high, extent)
        return x

    def from_(self, x, operand, options):
        return self.wire(operand)

    def add(self, x, operand, options):
        return x + self.beside(x, self.wire(operand))

    def multiply(self, x, operand, options):
        return x * self.beside(x, self.wire(operand))

    def concat(self, x, operand, options):
        other = self.beside(x, self.wire(operand))
        return torch.cat([x, other.expand(-1, -1, *x.shape[2:])], 1)

    def beside(self, x, other):
        """A vector beside an image stands at every pixel."""
        return other[:, :, None, None] if other.dim() == 2 and x.dim() == 4 else other


setattr(Pass, "from", Pass.from_)

ACTIVATIONS = {
    "relu": lambda x, _: F.relu(x), "tanh": lambda x, _: torch.tanh(x),
    "sigmoid": lambda x, _: torch.sigmoid(x), "softplus": lambda x, _: F.softplus(x),
    "silu": lambda x, _: F.silu(x), "gelu": lambda x, _: F.gelu(x),
    "lrelu": lambda x, slope: F.leaky_relu(x, float(slope or 0.2)),
    "elu": lambda x, alpha: F.elu(x, float(alpha or 1)),
}


def pair(text):
    numbers = [int(number) for number in text.split("x")]
    return numbers * 2 if len(numbers) == 1 else numbers


def sizes(text):
    """`256`, or `8x8x512` as channels, height, width."""
    numbers = [int(number) for number in text.split("x")]
    return numbers if len(numbers) == 1 else [numbers[2], numbers[0], numbers[1]]


def sides(padding, zeros):
    """Zeros before and after; `same` divides `zeros` and has the odd one after."""
    if padding == "same":
        return zeros // 2, zeros - zeros // 2
    count = 0 if padding == "valid" else int(padding)
    return count, count


def low_word(name):
    """FNV-1a of a name with the highest of 32 bits set."""
    digest = 0xCBF29CE484222325
    for byte in name.encode():
        digest = ((digest ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return digest & 0x7FFFFFFF | 0x80000000


def check_spectral():
    """Three training passes and one at inference against `torch.nn.utils.spectral_norm`."""
    torch.manual_seed(1)
    cases = [
        ("dense 5 bias=no", [7], torch.nn.Linear(7, 5, bias=False)),
        ("conv 4 kernel=3 stride=1 padding=1 bias=no", [3, 6, 6],
         torch.nn.Conv2d(3, 4, 3, padding=1, bias=False)),
        ("deconv 4 kernel=4 stride=2 padding=1 bias=no", [3, 6, 6],
         torch.nn.ConvTranspose2d(3, 4, 4, 2, 1, bias=False)),
    ]
    for text, shape, module in cases:
        module = torch.nn.utils.spectral_norm(module.double())
        network = Network.of_layers(text, {"image": shape}, "spectral")
        name = f"discriminator.block1.{text.split()[0]}.weight"
        values = {
            name: module.weight_orig, f"{name}_left": module.weight_u,
            f"{name}_right": module.weight_v}
        values = {key: value.detach().clone() for key, value in values.items()}
        values[name].requires_grad_()
        for training in (True, True, True, False):
            module.train(training)
            x = torch.randn(2, *shape, dtype=torch.float64)
            outputs, updates = network.apply({"image": x}, values, training=training)
            values |= updates
            ours, theirs = outputs["score"], module(x)
            of_ours = torch.autograd.grad(ours.square().sum(), values[name])[0]
            of_theirs = torch.autograd.grad(theirs.square().sum(), module.weight_orig)[0]
            torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
            torch.testing.assert_close(of_ours, of_theirs, rtol=1e-12, atol=1e-12)
