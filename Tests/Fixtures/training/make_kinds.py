"""Ten training steps in PyTorch of kinds of models that are no pair without labels.

    python make_kinds.py

Small networks of dense layers: classifiers of classes and of attributes of which some are unknown, classifiers
whose labels are mixed or smoothed, a residual network, a variational autoencoder, pairs with labels (projection, auxiliary), and repair models with a discriminator and without one. Everything is in double precision; inputs are those
of README.md, labels those of `labels` below.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

import make_fixtures as base
import philox

STEPS, BATCH, SEED, DEVIATION = 10, 16, 511, 0.3
SIDE, LATENT = 6, 3
ENCODED = 23
RECIPE = "lr=1e-2 epsilon=1e-3"


def labels(width, step, is_attributes, multiplier, offset):
    """Labels of a batch and where they are known, `[N, width]`."""
    values, known = np.zeros((BATCH, width)), np.ones((BATCH, width))
    for i in range(BATCH):
        if is_attributes:
            for j in range(width):
                known[i, j] = 0 if (i + 2 * j + step) % 5 == 0 else 1
                values[i, j] = (i * multiplier + j + step + offset) % 3 % 2 * known[i, j]
        else:
            known[i, :] = 0 if (i + step) % 7 == 0 else 1
            values[i, (i * multiplier + step + offset) % width] = known[i, 0]
    return torch.tensor(values), torch.tensor(known)


def drawn(width, step):
    values = np.zeros((BATCH, width))
    for i in range(BATCH):
        values[i, (i * 5 + step + 1) % width] = 1
    return torch.tensor(values)


def label_loss(scores, label, known, is_attributes, smoothing=0.0):
    if is_attributes:
        target = label * (1 - smoothing) + smoothing / 2
        losses = F.binary_cross_entropy_with_logits(scores, target, reduction="none")
        return (losses * known).sum() / known.sum()
    losses = F.cross_entropy(
        scores, label.argmax(1), reduction="none", label_smoothing=smoothing)
    return (losses * known[:, 0]).sum() / known[:, 0].sum()


def accuracy(scores, label, known, is_attributes):
    if is_attributes:
        return (((scores > 0) == (label > 0.5)).double() * known).sum() / known.sum()
    right = scores.argmax(1) == label.argmax(1)
    return (right.double() * known[:, 0]).sum() / known[:, 0].sum()


class Model:
    def __init__(self, shapes):
        self.weights = []
        for index, shape in enumerate(shapes):
            count = int(np.prod(shape))
            draw = philox.normals(SEED, base.STREAMS["weights"] + index, 0, count)
            values = (DEVIATION * draw.astype(np.float64)).astype(np.float32)
            self.weights.append(torch.tensor(
                values.astype(np.float64).reshape(shape), requires_grad=True))

    def dense(self, x, index):
        return F.linear(x, self.weights[index], self.weights[index + 1])


def adam(weights):
    return torch.optim.Adam(weights, 1e-2, (0.5, 0.999), 1e-3)


def update(optimiser, weights, loss):
    gradients = torch.autograd.grad(loss, weights)
    for weight, gradient in zip(weights, gradients):
        weight.grad = gradient
    optimiser.step()
    return float(torch.sqrt(sum(g.square().sum() for g in gradients)))


def real(step):
    draw = philox.normals(SEED, 3, step, BATCH * SIDE * SIDE).astype(np.float64)
    return torch.tensor(np.tanh(draw).astype(np.float32).astype(np.float64).reshape(BATCH, -1))


def normals(stream, step, width):
    draw = philox.normals(SEED, stream, step, BATCH * width)
    return torch.tensor(draw.astype(np.float64).reshape(BATCH, width))


def classifier(width, is_attributes, smoothing=0.0):
    model = Model([[8, 36], [8], [width, 8], [width]])
    optimiser = adam(model.weights)
    for step in range(STEPS):
        label, known = labels(width, step, is_attributes, 7, 0)
        scores = model.dense(torch.relu(model.dense(real(step), 0)), 2)
        loss = label_loss(scores, label, known, is_attributes, smoothing)
        record = {
            "classifier_loss": float(loss.detach()),
            "batch_accuracy": float(accuracy(scores, label, known, is_attributes))}
        record["classifier_gradient_norm"] = update(optimiser, model.weights, loss)
        yield record, model


def cosines(width, scale, margin):
    """The softmax with a margin of Wang et al. 2018, equation 4."""
    model = Model([[8, 36], [8], [width, 8]])
    optimiser = adam(model.weights)
    for step in range(STEPS):
        label, known = labels(width, step, False, 7, 0)
        features = torch.relu(model.dense(real(step), 0))
        scores = scale * F.linear(F.normalize(features), F.normalize(model.weights[2]))
        loss = label_loss(scores - scale * margin * label, label, known, False)
        record = {
            "classifier_loss": float(loss.detach()),
            "batch_accuracy": float(accuracy(scores, label, known, False))}
        record["classifier_gradient_norm"] = update(optimiser, model.weights, loss)
        yield record, model


def residual(width, classes):
    """A ResNet of eight layers (He et al. 2016), by modules of PyTorch."""
    nn = torch.nn

    class Block(nn.Module):
        def __init__(self, given, made, stride):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(given, made, 3, stride, 1, bias=False), nn.BatchNorm2d(made), nn.ReLU(),
                nn.Conv2d(made, made, 3, 1, 1, bias=False), nn.BatchNorm2d(made))
            self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
                nn.Conv2d(given, made, 1, stride, bias=False), nn.BatchNorm2d(made))

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    network = nn.Sequential(
        nn.Conv2d(1, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
        Block(width, width, 1), Block(width, 2 * width, 2), Block(2 * width, 4 * width, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * width, classes)).double().train()
    parameters = list(network.parameters())
    model = Model([parameter.shape for parameter in parameters])
    with torch.no_grad():
        for parameter, weight in zip(parameters, model.weights):
            parameter.copy_(weight)
    model.weights = parameters
    optimiser = adam(parameters)
    for step in range(STEPS):
        label, known = labels(classes, step, False, 7, 0)
        scores = network(real(step).reshape(BATCH, 1, SIDE, SIDE))
        loss = label_loss(scores, label, known, False)
        record = {
            "classifier_loss": float(loss.detach()),
            "batch_accuracy": float(accuracy(scores, label, known, False))}
        record["classifier_gradient_norm"] = update(optimiser, parameters, loss)
        yield record, model


def mixed_share(step):
    return ((step * 3) % 10 + 0.5) / 10


def mixed(width, kind):
    """A classifier whose labels are mixed with those before them: each loss by its share, where its label is known."""
    model = Model([[8, 36], [8], [width, 8], [width]])
    optimiser = adam(model.weights)
    for step in range(STEPS):
        share = mixed_share(step)
        pairs = [
            (weight, label.roll(shift, 0), known.roll(shift, 0))
            for label, known in [labels(width, step, kind != "classes", 7, 0)]
            for weight, shift in [(share, 0), (1 - share, 1)]]
        scores = model.dense(torch.relu(model.dense(real(step), 0)), 2)
        if kind == "classes":
            losses = [(w, k[:, 0], -(F.log_softmax(scores, 1) * y).sum(1)) for w, y, k in pairs]
            told = [(w, k[:, 0], (scores.argmax(1) == y.argmax(1)).double()) for w, y, k in pairs]
        elif kind == "attributes":
            losses = [
                (w, k, F.binary_cross_entropy_with_logits(scores, y, reduction="none")) for w, y, k in pairs]
            told = [(w, k, ((scores > 0) == (y > 0.5)).double()) for w, y, k in pairs]
        else:
            losses = [(w, k, (scores - y).square()) for w, y, k in pairs]
            told = []

        def mean(parts):
            return sum((w * k * x).sum() for w, k, x in parts) / sum((w * k).sum() for w, k, _ in parts)

        loss = mean(losses)
        # Of numbers the program's loss lacks what no weight can change.
        record = {} if kind == "numbers" else {
            "classifier_loss": float(loss.detach()), "batch_accuracy": float(mean(told))}
        record["classifier_gradient_norm"] = update(optimiser, model.weights, loss)
        yield record, model


def autoencoder():
    model = Model([[8, 36], [8], [3, 8], [3], [3, 8], [3], [8, 3], [8], [36, 8], [36]])
    optimiser = adam(model.weights)
    for step in range(STEPS):
        image = real(step)
        features = torch.relu(model.dense(image, 0))
        mean, log_variance = model.dense(features, 2), model.dense(features, 4)
        code = mean + normals(ENCODED, step, LATENT) * (log_variance / 2).exp()
        made = torch.tanh(model.dense(torch.relu(model.dense(code, 6)), 8))
        normal = torch.distributions.Normal(mean, (log_variance / 2).exp())
        divergence = torch.distributions.kl_divergence(
            normal, torch.distributions.Normal(0.0, 1.0)).sum() / BATCH
        loss = (made - image).square().sum() / 2 / BATCH + 0.7 * divergence
        record = {
            "autoencoder_loss": float(loss.detach()), "code_divergence": float(divergence.detach()),
            "reconstruction_error": float(F.mse_loss(made, image).detach())}
        record["autoencoder_gradient_norm"] = update(optimiser, model.weights, loss)
        yield record, model


def pair(width, is_auxiliary):
    inner = 8 if is_auxiliary else 8
    generator = [[8, LATENT + width], [8], [36, 8], [36]]
    own = [[inner, 36], [inner]] + (
        [[width, 8], [width], [1, 8], [1]] if is_auxiliary else [[1, 8], [1], [width, 8]])
    model = Model(generator + own)
    makers, judges = model.weights[:4], model.weights[4:]
    optimisers = adam(makers), adam(judges)

    def judge(images, label):
        features = F.leaky_relu(model.dense(images, 4), 0.2)
        if is_auxiliary:
            return model.dense(features, 8)[:, 0], model.dense(features, 6)
        told = (features * (label @ model.weights[8])).sum(1)
        return model.dense(features, 6)[:, 0] + told, None

    def penalty(images, label):
        """R1, as it is taken of each label."""
        images = images.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(
            judge(images, label)[0].sum(), images, create_graph=True)
        return gradient.square().sum(1).mean() / 2

    for step in range(STEPS):
        label, known = labels(width, step, False, 7, 0)
        asked = drawn(width, step)
        fakes = torch.tanh(model.dense(
            torch.relu(model.dense(torch.cat([normals(16, step, LATENT), asked], 1), 0)), 2))
        on_real, told_real = judge(real(step), label)
        on_fake, told_fake = judge(fakes.detach(), asked)
        loss = (F.softplus(-on_real).mean() + F.softplus(on_fake).mean()) / 2
        loss = loss + penalty(real(step), label) + penalty(fakes, asked)
        record = {}
        if is_auxiliary:
            told = label_loss(told_real, label, known, False)
            loss = loss + told + label_loss(told_fake, asked, torch.ones_like(asked), False)
            record["label_loss"] = float(told.detach())
        record["discriminator_loss"] = float(loss.detach())
        record["discriminator_gradient_norm"] = update(optimisers[1], judges, loss)
        scores, told = judge(fakes, asked)
        loss = F.softplus(-scores).mean()
        if is_auxiliary:
            loss = loss + label_loss(told, asked, torch.ones_like(asked), False)
        record["generator_loss"] = float(loss.detach())
        record["generator_gradient_norm"] = update(optimisers[0], makers, loss)
        yield record, model


def hole(step):
    """`[N, 36]`: 1 where nothing is left."""
    return torch.tensor([
        [float((i + x + 2 * y + step) % 4 == 0) for y in range(SIDE) for x in range(SIDE)]
        for i in range(BATCH)], dtype=torch.float64)


def noise(step):
    values = [[((i * 7 + j + step) % 5 - 2) * 0.1 for j in range(SIDE * SIDE)] for i in range(BATCH)]
    return torch.tensor(np.array(values, dtype=np.float32).astype(np.float64))


def decibels(error):
    return float(-10 * torch.log10(error.detach() / 4))


def denoiser():
    model = Model([[8, 36], [8], [36, 8], [36]])
    optimiser = adam(model.weights)
    for step in range(STEPS):
        image = real(step)
        # The sum is rounded as the program's input is.
        damaged = (image + noise(step)).float().double()
        made = torch.tanh(model.dense(torch.relu(model.dense(damaged, 0)), 2))
        loss = (made - image).abs().mean()
        record = {"restorer_loss": float(loss.detach()), "train_psnr": decibels((made - image).square().mean())}
        record["restorer_gradient_norm"] = update(optimiser, model.weights, loss)
        yield record, model


def completion():
    """Squared error in the holes, and a discriminator of four scores under R1."""
    model = Model([[8, 72], [8], [36, 8], [36], [8, 72], [8], [4, 8], [4]])
    makers, judges = model.weights[:4], model.weights[4:]
    optimisers = adam(makers), adam(judges)

    def judge(images, mask):
        return model.dense(F.leaky_relu(model.dense(torch.cat([images, mask], 1), 4), 0.2), 6)

    for step in range(STEPS):
        image, mask = real(step), hole(step)
        damaged = image * (1 - mask)
        made = torch.tanh(model.dense(torch.relu(model.dense(torch.cat([damaged, mask], 1), 0)), 2))
        repaired = damaged + (made - damaged) * mask
        given = image.clone().requires_grad_()
        on_real, on_fake = judge(given, mask), judge(repaired.detach(), mask)
        (gradient,) = torch.autograd.grad(on_real.sum(), given, create_graph=True)
        # The target of real examples is 0.9.
        loss = (0.9 * F.softplus(-on_real) + 0.1 * F.softplus(on_real)).mean()
        loss = (loss + F.softplus(on_fake).mean()) / 2 + gradient.square().sum(1).mean() / 2
        record = {
            "discriminator_loss": float(loss.detach()), "d_real": float(on_real.sigmoid().mean().detach()),
            "d_fake": float(on_fake.sigmoid().mean().detach())}
        record["discriminator_gradient_norm"] = update(optimisers[1], judges, loss)
        adversarial = F.softplus(-judge(repaired, mask)).mean()
        error = ((made - image).square() * mask).sum() / mask.sum()
        loss = error + 0.3 * adversarial
        record |= {
            "restorer_loss": float(loss.detach()), "adversarial_loss": float(adversarial.detach()),
            "train_psnr": decibels(error)}
        record["restorer_gradient_norm"] = update(optimisers[0], makers, loss)
        yield record, model


IMAGE = f"custom image={SIDE}x{SIDE}x1 latent={LATENT}"
KINDS = {
    "classes": (
        f"{IMAGE} classes=4 {{ classifier {{ flatten; dense 8; relu; dense 4 }} }}", RECIPE,
        lambda: classifier(4, False)),
    "attributes": (
        f"{IMAGE} labels=a,b,c {{ classifier {{ flatten; dense 8; relu; dense 3 }} }}", RECIPE,
        lambda: classifier(3, True)),
    "smoothed-classes": (
        f"{IMAGE} classes=4 {{ classifier {{ flatten; dense 8; relu; dense 4 }} }}",
        RECIPE + " smooth=0.9", lambda: classifier(4, False, 0.1)),
    "smoothed-attributes": (
        f"{IMAGE} labels=a,b,c {{ classifier {{ flatten; dense 8; relu; dense 3 }} }}",
        RECIPE + " smooth=0.9", lambda: classifier(3, True, 0.1)),
    "margin": (
        f"{IMAGE} classes=4 {{ classifier {{ flatten; dense 8; relu; cosine 4 scale=5 }} }}",
        RECIPE + " margin=0.2", lambda: cosines(4, 5, 0.2)),
    "residual": (
        f"resnet image={SIDE}x{SIDE}x1 classes=4 width=3", RECIPE, lambda: residual(3, 4)),
    "mixed-classes": (
        f"{IMAGE} classes=4 {{ classifier {{ flatten; dense 8; relu; dense 4 }} }}",
        RECIPE + " augment=mixup", lambda: mixed(4, "classes")),
    "mixed-attributes": (
        f"{IMAGE} labels=a,b,c {{ classifier {{ flatten; dense 8; relu; dense 3 }} }}",
        RECIPE + " augment=mixup", lambda: mixed(3, "attributes")),
    "mixed-numbers": (
        f"{IMAGE} numbers=a,b {{ classifier {{ flatten; dense 8; relu; dense 2 }} }}",
        RECIPE + " augment=mixup", lambda: mixed(2, "numbers")),
    "variational": (
        f"{IMAGE} {{ encoder {{ flatten; dense 8; relu as features; dense 3; output mean; "
        "from features; dense 3; output logvariance } "
        f"decoder {{ dense 8; relu; dense {SIDE}x{SIDE}x1; tanh }} }}", RECIPE + " beta=0.7",
        autoencoder),
    "denoiser": (
        f"{IMAGE} {{ restorer {{ dense 8; relu; dense {SIDE}x{SIDE}x1; tanh }} }}",
        RECIPE + " damage=noise:25 reconstruction=l1", denoiser),
    "completion": (
        f"{IMAGE} {{ restorer(image, mask) {{ concat mask; dense 8; relu; dense {SIDE}x{SIDE}x1; tanh }} "
        "discriminator(image, mask) { concat mask; dense 8; lrelu 0.2; dense 4 } }",
        RECIPE + " damage=hole:centre reconstruction=hole-l2 adversarial=0.3 penalty=r1:1 smooth=0.9", completion),
    "projection": (
        f"{IMAGE} classes=4 {{ generator(z, label) {{ concat label; dense 8; relu; "
        f"dense {SIDE}x{SIDE}x1; tanh }} discriminator(image, label) {{ flatten; dense 8; "
        "lrelu 0.2 as features; dense 1 as score; from features; project label; add score } }",
        RECIPE + " penalty=r1:1+r2:1", lambda: pair(4, False)),
    "auxiliary": (
        f"{IMAGE} classes=4 {{ generator(z, label) {{ concat label; dense 8; relu; "
        f"dense {SIDE}x{SIDE}x1; tanh }} discriminator {{ flatten; dense 8; "
        "lrelu 0.2 as features; dense 4; output class; from features; dense 1 } }",
        RECIPE + " penalty=r1:1+r2:1", lambda: pair(4, True)),
}


def main():
    philox.check_known_answers()
    for name, (architecture, recipe, train) in KINDS.items():
        records = []
        for record, model in train():
            records.append(record)
        fixture = {
            "madeWith": f"PyTorch {torch.__version__.split('+')[0]}", "seed": SEED, "batch": BATCH,
            "deviation": DEVIATION, "recipe": recipe, "architecture": architecture,
            "steps": records,
            "weights": [
                {"shape": list(weight.shape), "values": [
                    float(f"{value:.9g}") for value in weight.detach().flatten().tolist()]}
                for weight in model.weights],
        }
        path = base.HERE / f"kind-{name}.json"
        path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
        print(name, records[0], records[-1])


if __name__ == "__main__":
    main()
