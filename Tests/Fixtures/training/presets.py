"""The presets whose training steps are fixed: layers with their numbers, and as gansh's text (`text`)."""


def dense(*output, bias=True):
    return {"dense": {"output": list(output), "bias": bias}}


def window(stride, padding):
    return {"kernel": [4, 4], "stride": [stride, stride], "padding": padding}


SAME, VALID = {"same": {}}, {"valid": {}}


def explicit(zeros):
    return {"explicit": {"_0": zeros}}


def conv(channels, stride=2, padding=SAME, bias=True):
    return {"convolution": {
        "channels": channels, "window": window(stride, padding), "bias": bias}}


def deconv(channels, stride=2, padding=SAME, bias=True):
    return {"transposedConvolution": {
        "channels": channels, "window": window(stride, padding), "outputPadding": 0, "bias": bias}}


def batchnorm(convention, momentum, epsilon):
    return {"batchNormalisation": {"momentum": {convention: {"_0": momentum}}, "epsilon": epsilon}}


def activation(name, **numbers):
    return {"activation": {"_0": {name: numbers}}}


TORCH_NORM = batchnorm("torch", 0.1, 1e-5)
KERAS_NORM = batchnorm("keras", 0.8, 1e-3)
LEAKY, RELU, TANH = activation("leakyRelu", slope=0.2), activation("relu"), activation("tanh")
FLATTEN, DROPOUT = {"flatten": {}}, {"dropout": {"rate": 0.3}}


def reshape(*shape):
    return {"reshape": {"_0": list(shape)}}


def architecture(origin, image, latent, deviation, generator, discriminator):
    height, width, channels = image

    def network(layers):
        return {
            "layers": [{"kind": layer} for layer in layers],
            "initialisation": {"normal": {"deviation": deviation}},
        }

    return {
        "origin": origin,
        "example": {"image": {"_0": {"height": height, "width": width, "channels": channels}}},
        "latent": latent,
        "latentDistribution": "normal",
        "generator": network(generator),
        "discriminator": network(discriminator),
    }


def mlp(image, latent, deviation, width):
    """Dense layers; each hidden one of the generator normalises after its LeakyReLU."""
    height, columns, channels = image
    generator = []
    for units in (width, 2 * width, 4 * width):
        generator += [dense(units), LEAKY, TORCH_NORM]
    generator += [dense(channels * height * columns), TANH, reshape(channels, height, columns)]
    discriminator = [FLATTEN]
    for units in (2 * width, width):
        discriminator += [dense(units), LEAKY]
    return architecture("mlp", image, latent, deviation, generator, discriminator + [dense(1)])


def conv_preset(image, latent, deviation, width):
    """Biases everywhere, Keras's batch normalisation after LeakyReLU, dropout."""
    height, columns, channels = image
    generator = [dense(8 * width, height // 8, columns // 8), LEAKY, KERAS_NORM]
    for count in (2 * width, width):
        generator += [deconv(count), LEAKY, KERAS_NORM]
    generator += [deconv(channels), TANH]
    discriminator = []
    for count in (width, 2 * width):
        discriminator += [conv(count), LEAKY, DROPOUT]
    discriminator += [FLATTEN, dense(1)]
    return architecture("conv", image, latent, deviation, generator, discriminator)


def dcgan(image, latent, deviation, width):
    """Radford et al. 2016: no biases, batch normalisation before the activation."""
    height, _, channels = image
    counts = []
    while height > 4:
        height //= 2
        counts.append(width * 2 ** len(counts))
    one = explicit(1)
    generator = [
        reshape(latent, 1, 1), deconv(counts[-1], 1, VALID, bias=False), TORCH_NORM, RELU]
    for count in reversed(counts[:-1]):
        generator += [deconv(count, 2, one, bias=False), TORCH_NORM, RELU]
    generator += [deconv(channels, 2, one, bias=False), TANH]
    discriminator = [conv(counts[0], 2, one, bias=False), LEAKY]
    for count in counts[1:]:
        discriminator += [conv(count, 2, one, bias=False), TORCH_NORM, LEAKY]
    discriminator += [conv(1, 1, VALID, bias=False)]
    return architecture("dcgan", image, latent, deviation, generator, discriminator)


def printed(number):
    """A number as gansh prints it."""
    return str(int(number)) if number == int(number) else repr(number)


def image_text(shape):
    """`[channels, height, width]` as height x width x channels; a vector's length alone."""
    order = shape if len(shape) == 1 else [shape[1], shape[2], shape[0]]
    return "x".join(map(str, order))


def layer_text(kind, options):
    """A layer as gansh stores it."""
    def bias():
        return f"bias={'yes' if options['bias'] else 'no'}"

    def window_text():
        window = options["window"]
        ((word, zeros),) = window["padding"].items()
        padding = zeros["_0"] if word == "explicit" else word
        return f"kernel=4 stride={window['stride'][0]} padding={padding}"

    if kind == "dense":
        return f"dense {image_text(options['output'])} {bias()}"
    if kind == "convolution":
        return f"conv {options['channels']} {window_text()} {bias()}"
    if kind == "transposedConvolution":
        return f"deconv {options['channels']} {window_text()} {bias()}"
    if kind == "batchNormalisation":
        ((convention, share),) = options["momentum"].items()
        epsilon = printed(options["epsilon"])
        return f"batchnorm momentum={convention}:{printed(share['_0'])} eps={epsilon}"
    if kind == "dropout":
        return f"dropout {printed(options['rate'])}"
    if kind == "reshape":
        return f"reshape {image_text(options['_0'])}"
    if kind == "activation":
        ((name, numbers),) = options["_0"].items()
        return f"lrelu {printed(numbers['slope'])}" if name == "leakyRelu" else name
    return kind


def text(architecture):
    """The architecture as gansh stores it, a network a line."""
    image = architecture["example"]["image"]["_0"]

    def network(name):
        network = architecture[name]
        layers = "; ".join(
            layer_text(kind, options) for layer in network["layers"]
            for kind, options in layer["kind"].items())
        deviation = printed(network["initialisation"]["normal"]["deviation"])
        return f"  {name} init=normal:{deviation} {{ {layers} }}"

    return "\n".join([
        f"like {architecture['origin']} image={image['height']}x{image['width']}x{image['channels']} "
        f"latent={architecture['latent']} prior=normal {{",
        network("generator"), network("discriminator"), "}"])
