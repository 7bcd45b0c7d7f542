"""A network of gansh's layer list in PyTorch: its parameters by gansh's names, and its forward pass."""

import math

import torch
import torch.nn.functional as F

MEMBERS = {
    "dense": "dense",
    "convolution": "conv",
    "transposedConvolution": "deconv",
    "batchNormalisation": "batchnorm",
}


class Network:
    """Parameters and running statistics in order of creation, and what each layer does.

    `parameters` maps a name to its shape, `statistics` likewise; `forward` takes their values, so
    that the same network runs in single and in double precision.
    """

    def __init__(self, name, specification, input_shape):
        self.name = name
        self.parameters, self.statistics, self.layers = {}, {}, []
        self.dropout_shapes = []
        block, shape = 0, list(input_shape)
        for layer in specification["layers"]:
            ((kind, options),) = layer["kind"].items()
            block += kind in ("dense", "convolution", "transposedConvolution")
            prefix = f"{name}.block{block}.{MEMBERS.get(kind, kind)}"
            shape = self.add(kind, options, prefix, shape)
            self.layers.append((kind, options, prefix))
        self.output_shape = shape

    def add(self, kind, options, prefix, shape):
        """Notes a layer's parameters; returns the shape it gives."""
        if kind == "dense":
            (width,), output = shape, options["output"]
            self.weigh(prefix, [math.prod(output), width], math.prod(output), options["bias"])
            return output
        if kind == "convolution":
            channels = options["channels"]
            self.weigh(prefix, [channels, shape[0], 4, 4], channels, options["bias"])
            stride = options["window"]["stride"][0]
            zeros = padding(options["window"])
            return [channels] + [(size + 2 * zeros - 4) // stride + 1 for size in shape[1:]]
        if kind == "transposedConvolution":
            channels = options["channels"]
            self.weigh(prefix, [shape[0], channels, 4, 4], channels, options["bias"])
            stride = options["window"]["stride"][0]
            zeros = padding(options["window"])
            return [channels] + [(size - 1) * stride - 2 * zeros + 4 for size in shape[1:]]
        if kind == "batchNormalisation":
            self.parameters[f"{prefix}.weight"] = [shape[0]]
            self.parameters[f"{prefix}.bias"] = [shape[0]]
            self.statistics[f"{prefix}.running_mean"] = [shape[0]]
            self.statistics[f"{prefix}.running_var"] = [shape[0]]
            return shape
        if kind == "dropout":
            self.dropout_shapes.append(shape)
            return shape
        if kind == "flatten":
            return [math.prod(shape)]
        return options["_0"] if kind == "reshape" else shape

    def weigh(self, prefix, weight, bias_count, bias):
        self.parameters[f"{prefix}.weight"] = weight
        if bias:
            self.parameters[f"{prefix}.bias"] = [bias_count]

    def forward(self, x, values, masks=(), training=True):
        """`values`: name to tensor, running statistics too, which a training pass changes.

        `masks`: one tensor of zeros and 1/keep for each dropout layer in order.
        """
        masks = iter(masks)
        for kind, options, prefix in self.layers:
            weight, bias = values.get(f"{prefix}.weight"), values.get(f"{prefix}.bias")
            if kind == "dense":
                x = F.linear(x, weight, bias).reshape(-1, *options["output"])
            elif kind == "convolution":
                zeros, stride = padding(options["window"]), options["window"]["stride"]
                x = F.conv2d(x, weight, bias, stride, zeros)
            elif kind == "transposedConvolution":
                zeros, stride = padding(options["window"]), options["window"]["stride"]
                x = F.conv_transpose2d(x, weight, bias, stride, zeros)
            elif kind == "batchNormalisation":
                x = normalise(x, options, prefix, values, training)
            elif kind == "dropout":
                x = x * next(masks) if training else x
            elif kind == "activation":
                x = activate(x, options["_0"])
            elif kind == "reshape":
                x = x.reshape(-1, *options["_0"])
            elif kind == "flatten":
                x = x.flatten(1)
            else:
                raise ValueError(kind)
        return x


def padding(window):
    """Zeros on each side; `same` with kernel 4 and stride 2 on an even size is 1."""
    ((kind, options),) = window["padding"].items()
    if kind == "same":
        assert window == {"kernel": [4, 4], "stride": [2, 2], "padding": {"same": {}}}
        return 1
    return options["_0"] if kind == "explicit" else 0


def normalise(x, options, prefix, values, training):
    """Batch normalisation, with PyTorch's or Keras's rule for the running statistics."""
    weight, bias = values[f"{prefix}.weight"], values[f"{prefix}.bias"]
    mean, variance = values[f"{prefix}.running_mean"], values[f"{prefix}.running_var"]
    epsilon = options["epsilon"]
    ((convention, momentum),) = options["momentum"].items()
    momentum = momentum["_0"]
    if not training or convention == "torch":
        return F.batch_norm(x, mean, variance, weight, bias, training, momentum, epsilon)
    axes = [axis for axis in range(x.dim()) if axis != 1]
    with torch.no_grad():
        mean.mul_(momentum).add_(x.mean(axes), alpha=1 - momentum)
        variance.mul_(momentum).add_(x.var(axes, unbiased=False), alpha=1 - momentum)
    return F.batch_norm(x, None, None, weight, bias, True, 0, epsilon)


def activate(x, activation):
    ((kind, options),) = activation.items()
    if kind == "leakyRelu":
        return F.leaky_relu(x, options["slope"])
    return {"relu": torch.relu, "tanh": torch.tanh}[kind](x)
