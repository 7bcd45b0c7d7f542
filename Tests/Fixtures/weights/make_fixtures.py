"""Weights as PyTorch saves them, and what PyTorch computes with them.

    python make_fixtures.py

Needs torch and safetensors. The networks are those of PyTorch's DCGAN example (github.com/pytorch/examples, dcgan/main.py) for
images of 16x16, the same with spectral norms and with weight normalisation, and one of dense layers. Everything is drawn from
a seed; running statistics are not those that a network begins with.

Writes files of weights, and expected.safetensors: latents, images, and the outputs in single precision, by the names of
the files. Files whose names begin with `no-` are to be refused.
"""

import pathlib
from collections import OrderedDict

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import spectral_norm, weight_norm
from torch.nn.utils.parametrizations import spectral_norm as new_spectral_norm
from torch.nn.utils.parametrizations import weight_norm as new_weight_norm

HERE = pathlib.Path(__file__).parent
LATENT, WIDTH, CHANNELS = 8, 4, 3


class Generator(nn.Module):
    def __init__(self, change=lambda layer: layer):
        super().__init__()
        self.main = nn.Sequential(
            change(nn.ConvTranspose2d(LATENT, 2 * WIDTH, 4, 1, 0, bias=False)),
            nn.BatchNorm2d(2 * WIDTH),
            nn.ReLU(True),
            change(nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, 2, 1, bias=False)),
            nn.BatchNorm2d(WIDTH),
            nn.ReLU(True),
            change(nn.ConvTranspose2d(WIDTH, CHANNELS, 4, 2, 1, bias=False)),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.main(z[:, :, None, None])


class Discriminator(nn.Module):
    """As in the example, without the sigmoid, which gansh has in the loss."""

    def __init__(self, change=lambda layer: layer):
        super().__init__()
        self.main = nn.Sequential(
            change(nn.Conv2d(CHANNELS, WIDTH, 4, 2, 1, bias=False)),
            nn.LeakyReLU(0.2, inplace=True),
            change(nn.Conv2d(WIDTH, 2 * WIDTH, 4, 2, 1, bias=False)),
            nn.BatchNorm2d(2 * WIDTH),
            nn.LeakyReLU(0.2, inplace=True),
            change(nn.Conv2d(2 * WIDTH, 1, 4, 1, 0, bias=False)),
        )

    def forward(self, x):
        return self.main(x).reshape(-1)


class Dense(nn.Module):
    """The same generator with a dense layer for the first transposed convolution."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(LATENT, 2 * WIDTH * 16, bias=False)
        self.bn1 = nn.BatchNorm2d(2 * WIDTH)
        self.up1 = nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, 2, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(WIDTH)
        self.up2 = nn.ConvTranspose2d(WIDTH, CHANNELS, 4, 2, 1, bias=False)

    def forward(self, z):
        x = torch.relu(self.bn1(self.fc(z).reshape(-1, 2 * WIDTH, 4, 4)))
        return torch.tanh(self.up2(torch.relu(self.bn2(self.up1(x)))))


def made(network, seed):
    """With weights that give images of all shades, in evaluation."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("num_batches_tracked"):
                tensor.fill_(7)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 1.5)
            elif name.endswith(("running_mean", "bias")):
                tensor.normal_(0, 0.2)
            elif tensor.dim() == 1 and "main" in name and name.endswith("weight"):
                tensor.uniform_(0.7, 1.3)
            elif tensor.dim() >= 2 and name.endswith(("weight", "weight_orig", "original", "weight_v", "original1")):
                tensor.normal_(0, 0.2)
            elif name.endswith(("weight_g", "original0")):
                tensor.uniform_(0.5, 1.5)
    return network.eval()


def converged(network):
    """After passes in training, in which the power iterations find what they look for."""
    network.train()
    statistics = {name: tensor.clone() for name, tensor in network.state_dict().items() if "running" in name}
    for _ in range(3):
        network(torch.randn(4, LATENT) if isinstance(network, Generator) else torch.randn(4, CHANNELS, 16, 16))
    network.load_state_dict(statistics, strict=False)
    return network.eval()


torch.manual_seed(1)
latents, images = torch.randn(6, LATENT), torch.rand(6, CHANNELS, 16, 16) * 2 - 1
expected = {"latents": latents, "images": images}


def keep(name, network):
    with torch.no_grad():
        expected[name] = network(latents if not isinstance(network, Discriminator) else images).contiguous()


generator, discriminator = made(Generator(), 2), made(Discriminator(), 3)
keep("generator", generator)
keep("discriminator", discriminator)
torch.save(generator.state_dict(), HERE / "generator.pth")
torch.save(discriminator.state_dict(), HERE / "discriminator.pth")
save_file(generator.state_dict(), HERE / "generator.safetensors")

# A checkpoint of a training program, of networks in DataParallel, with what its optimiser keeps.
optimiser = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
generator(latents).sum().backward()
optimiser.step()
generator = made(Generator(), 2)
torch.save(
    {
        "epoch": 3,
        "netG_state_dict": OrderedDict(("module." + name, tensor) for name, tensor in generator.state_dict().items()),
        "netD_state_dict": discriminator.state_dict(),
        "optimizerG": optimiser.state_dict(),
        "loss": 0.5,
        "note": None,
    },
    HERE / "both.pth",
)
save_file(
    {"model.generator." + name: tensor for name, tensor in generator.state_dict().items()}
    | {"model.critic." + name: tensor for name, tensor in discriminator.state_dict().items()},
    HERE / "both.safetensors",
)

# Other kinds of numbers, each for some of the tensors.
kinds = [torch.float16, torch.bfloat16, torch.float64]
rounded = {
    name: tensor.to(kinds[place % 3]) if tensor.is_floating_point() else tensor
    for place, (name, tensor) in enumerate(generator.state_dict().items())
}
torch.save({"state_dict": rounded}, HERE / "rounded.pth")
save_file(rounded, HERE / "rounded.safetensors")
narrow = Generator().eval()
narrow.load_state_dict(rounded)
keep("rounded", narrow)

# Weights that pass through something before they are used.
for name, change in [
    ("spectral", spectral_norm),
    ("parametrized", new_spectral_norm),
    ("weightnorm", weight_norm),
    ("weightnorm-parametrized", new_weight_norm),
]:
    for kind, seed in [(Generator, 5), (Discriminator, 6)]:
        network = made(kind(change), seed)
        if "norm" not in name:
            network = converged(network)
        which = "generator" if kind is Generator else "discriminator"
        keep(f"{name}-{which}", network)
        torch.save(network.state_dict(), HERE / f"{name}-{which}.pth")

dense = made(Dense(), 7)
keep("dense", dense)
torch.save(dense.state_dict(), HERE / "dense.pth")

# What is to be refused.
torch.save(generator, HERE / "no-module.pth")
torch.save({"epoch": 3, "rates": [1, 2]}, HERE / "no-tensors.pth")
broken = OrderedDict(generator.state_dict())
broken["main.3.weight"] = broken["main.3.weight"].clone()
broken["main.3.weight"][0, 0, 0, 0] = float("nan")
torch.save(broken, HERE / "no-number.pth")

save_file(expected, HERE / "expected.safetensors")
