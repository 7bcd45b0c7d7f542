"""One training step of gansh's networks in PyTorch, timed on the CPU.

    python pytorch_steps.py dcgan64-64                 # tries settings, then times the best
    python pytorch_steps.py dcgan64-16-bf16 --setting eager,fused,2
    python pytorch_steps.py --search toy mlp conv

A step is a discriminator update and a generator update with the same fakes, latents drawn within the
step, and everything that helps PyTorch switched on: gradients set to none, no gradients for the
discriminator's weights in the generator's update, oneDNN. `-bf16` is autocast; `-gp` adds WGAN-GP's
gradient penalty; `sampling` makes images with the generator alone. Each setting runs in a process of
its own; each prints one JSON line.
"""

import argparse
import dataclasses
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time

MODES = ("eager", "compile", "compile-step", "channels-last", "compile-channels-last")
OPTIMISERS = ("foreach", "fused")


@dataclasses.dataclass(frozen=True)
class Workload:
    network: str
    batch: int
    size: int = 64
    bf16: bool = False
    penalty: bool = False
    sampling: bool = False

    @property
    def family(self):
        """Workloads that differ in nothing but the batch share their best setting."""
        marks = [self.network + (str(self.size) if self.network == "dcgan" else "")]
        marks += [mark for mark, there in (
            ("bf16", self.bf16), ("gp", self.penalty), ("sampling", self.sampling)) if there]
        return "-".join(marks)


def workloads():
    found = {"toy": Workload("toy", 512)}
    for network, bf16 in itertools.product(("mlp", "conv"), (False, True)):
        found[f"{network}{'-bf16' if bf16 else ''}"] = Workload(network, 64, bf16=bf16)
    for size, batch, bf16 in itertools.product((32, 64), (16, 64, 128), (False, True)):
        found[f"dcgan{size}-{batch}{'-bf16' if bf16 else ''}"] = Workload(
            "dcgan", batch, size, bf16)
    found["dcgan64-64-gp"] = Workload("dcgan", 64, penalty=True)
    found["sampling"] = Workload("dcgan", 64, sampling=True)
    return found


WORKLOADS = workloads()


def counts(workload):
    """Untimed steps, timed steps while searching, and timed steps for the result."""
    if workload.network == "toy":
        return 50, 300, 2000
    return {"mlp": (4, 10, 40), "conv": (3, 5, 20), "dcgan": (2, 4, 15)}[workload.network]


def networks(workload):
    """Generator, discriminator, dimensions of the latent, shape of an example."""
    from torch import nn

    name, size = workload.network, workload.size

    def leaky():
        return nn.LeakyReLU(0.2, inplace=True)

    if name == "toy":
        generator = nn.Sequential(
            nn.Linear(2, 128), leaky(), nn.Linear(128, 128), leaky(), nn.Linear(128, 2))
        discriminator = nn.Sequential(
            nn.Linear(2, 128), leaky(), nn.Linear(128, 128), leaky(), nn.Linear(128, 1))
        return generator, discriminator, (2,), (2,)
    if name == "mlp":
        layers, width = [], 100
        for units in (256, 512, 1024):
            layers += [nn.Linear(width, units), nn.LeakyReLU(0.2), nn.BatchNorm1d(units)]
            width = units
        generator = nn.Sequential(
            *layers, nn.Linear(width, 3 * 64 * 64), nn.Tanh(), nn.Unflatten(1, (3, 64, 64)))
        discriminator = nn.Sequential(
            nn.Flatten(), nn.Linear(3 * 64 * 64, 512), leaky(), nn.Linear(512, 256), leaky(),
            nn.Linear(256, 1))
        return generator, discriminator, (100,), (3, 64, 64)
    if name == "conv":
        def up(before, after):
            return nn.ConvTranspose2d(before, after, 4, 2, 1)

        def normalisation(channels):
            return nn.BatchNorm2d(channels, momentum=0.2, eps=1e-3)

        generator = nn.Sequential(
            nn.Linear(100, 512 * 8 * 8), nn.Unflatten(1, (512, 8, 8)), nn.LeakyReLU(0.2),
            normalisation(512), up(512, 128), nn.LeakyReLU(0.2), normalisation(128), up(128, 64),
            nn.LeakyReLU(0.2), normalisation(64), up(64, 3), nn.Tanh())
        discriminator = nn.Sequential(
            nn.Conv2d(3, 64, 4, 2, 1), leaky(), nn.Dropout(0.3),
            nn.Conv2d(64, 128, 4, 2, 1), leaky(), nn.Dropout(0.3),
            nn.Flatten(), nn.Linear(128 * 16 * 16, 1))
        return generator, discriminator, (100,), (3, 64, 64)
    # From 4x4 with 64 * size / 8 channels, halved at each doubling; the discriminator mirrors it.
    widths = [64 << power for power in range((size // 8).bit_length())]
    layers = [nn.ConvTranspose2d(100, widths[-1], 4, 1, 0, bias=False)]
    for before, after in zip(widths[::-1], [*widths[-2::-1], 3]):
        layers += [
            nn.BatchNorm2d(before), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)]
    generator = nn.Sequential(*layers, nn.Tanh())
    # Second derivatives need what an activation in place overwrites.
    def slope():
        return nn.LeakyReLU(0.2, inplace=not workload.penalty)

    layers = [nn.Conv2d(3, 64, 4, 2, 1, bias=False), slope()]
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), slope()]
    discriminator = nn.Sequential(
        *layers, nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False), nn.Flatten())
    return generator, discriminator, (100, 1, 1), (3, size, size)


class Step:
    def __init__(self, workload, mode, optimiser, joined):
        import torch

        torch.manual_seed(7)
        self.torch, self.joined, self.batch = torch, joined, workload.batch
        self.workload = workload
        generator, discriminator, self.latent, example = networks(workload)
        real = torch.rand(self.batch, *example) * 2 - 1
        if "channels-last" in mode:
            generator = generator.to(memory_format=torch.channels_last)
            discriminator = discriminator.to(memory_format=torch.channels_last)
            real = real.to(memory_format=torch.channels_last)
        self.real, self.parameters = real, list(discriminator.parameters())
        options = {"lr": 2e-4, "betas": (0.5, 0.999), optimiser: True}
        self.adam_g = torch.optim.Adam(generator.parameters(), **options)
        self.adam_d = torch.optim.Adam(self.parameters, **options)
        self.generator, self.discriminator = generator, discriminator
        self.steps = self.adam_d.step, self.adam_g.step
        if mode.startswith("compile"):
            self.generator = torch.compile(generator)
            self.discriminator = torch.compile(discriminator)
        if mode == "compile-step":
            # The losses with the networks, and Adam, compiled too.
            self.discriminator_loss = torch.compile(self.discriminator_loss)
            self.generator_loss = torch.compile(self.generator_loss)
            self.steps = torch.compile(self.adam_d.step), torch.compile(self.adam_g.step)

    def train_discriminator(self, trained):
        for parameter in self.parameters:
            parameter.requires_grad_(trained)

    def cross_entropy(self, logits, label):
        sign = -1 if label else 1
        return self.torch.nn.functional.softplus(sign * logits).mean()

    def discriminator_loss(self, fakes):
        if self.joined:
            logits = self.discriminator(self.torch.cat([self.real, fakes]))
            on_real, on_fake = logits.split(self.batch)
        else:
            on_real, on_fake = self.discriminator(self.real), self.discriminator(fakes)
        loss = (self.cross_entropy(on_real, 1) + self.cross_entropy(on_fake, 0)) / 2
        return loss + 10 * self.penalty(fakes) if self.workload.penalty else loss

    def penalty(self, fakes):
        share = self.torch.rand(self.batch, *[1] * (fakes.dim() - 1))
        between = (fakes + (self.real - fakes) * share).requires_grad_()
        logits = self.discriminator(between)
        (gradient,) = self.torch.autograd.grad(logits.sum(), between, create_graph=True)
        return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()

    def generator_loss(self, fakes):
        return self.cross_entropy(self.discriminator(fakes), 1)

    def autocast(self):
        return self.torch.autocast("cpu", self.torch.bfloat16, enabled=self.workload.bf16)

    def __call__(self):
        if self.workload.sampling:
            return self.sample()
        with self.autocast():
            fakes = self.generator(self.torch.randn(self.batch, *self.latent))
        self.train_discriminator(True)
        self.adam_d.zero_grad(set_to_none=True)
        with self.autocast():
            loss = self.discriminator_loss(fakes.detach())
        loss.backward()
        self.steps[0]()
        self.train_discriminator(False)
        self.adam_g.zero_grad(set_to_none=True)
        with self.autocast():
            loss = self.generator_loss(fakes)
        loss.backward()
        self.steps[1]()
        return float(loss.detach())


    def sample(self):
        self.generator.eval()
        with self.torch.inference_mode():
            return float(self.generator(self.torch.randn(self.batch, *self.latent))[0, 0, 0, 0])


def measure(name, setting, steps):
    """Times one setting in this process."""
    mode, optimiser, threads, *rest = setting.split(",")
    workload = WORKLOADS[name]
    os.environ["OMP_NUM_THREADS"] = threads
    import torch

    torch.set_num_threads(int(threads))
    step = Step(workload, mode, optimiser, "joined" in rest)
    for _ in range(counts(workload)[0]):
        step()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    median = statistics.median(times)
    return {
        "system": f"PyTorch {torch.__version__}", "workload": name, "batch": workload.batch,
        "setting": setting, "steps": steps, "stepMilliseconds": round(median, 4),
        "fastestMilliseconds": round(min(times), 4),
        "imagesPerSecond": round(workload.batch / median * 1e3, 1),
        "peakMemoryMiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def settings(name):
    """What is tried. Reals and fakes may pass the discriminator joined where that is the same step:
    without batch normalisation in it. Images alone have channels to put last."""
    threads = [str(count) for count in range(1, (os.cpu_count() or 1) + 1)]
    workload = WORKLOADS[name]
    network = workload.network
    modes = MODES[:3] if network in ("toy", "mlp") else MODES
    if workload.penalty or workload.sampling:
        # Compiled networks have no second derivative; sampling has no losses to compile.
        modes = [mode for mode in modes if "compile" not in mode or workload.sampling]
        modes = [mode for mode in modes if mode != "compile-step"]
    joins = [[]] if network == "dcgan" else [[], ["joined"]]
    for mode, optimiser, count, join in itertools.product(modes, OPTIMISERS, threads, joins):
        # One thread is only worth trying where a step is small, and compiling once an optimiser.
        if count == "1" and len(threads) > 1 and network in ("conv", "dcgan"):
            continue
        if "compile" in mode and optimiser != ("foreach" if mode == "compile-step" else "fused"):
            continue
        if workload.sampling and optimiser != "fused":
            continue
        yield ",".join([mode, optimiser, count, *join])


def run(name, setting, steps):
    """One setting in a process of its own: its line, or None if it fails here."""
    command = [
        sys.executable, __file__, name, "--setting", setting, "--steps", str(steps)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"{name} {setting}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def search(name):
    """Tries every setting, then times the best for longer."""
    lines = []
    for setting in settings(name):
        if line := run(name, setting, counts(WORKLOADS[name])[1]):
            print(f"  {name} {setting}: {line['stepMilliseconds']} ms", file=sys.stderr, flush=True)
            lines.append(line)
    best = min(lines, key=lambda line: line["stepMilliseconds"])
    return run(name, best["setting"], counts(WORKLOADS[name])[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="+", choices=list(WORKLOADS))
    parser.add_argument("--setting", help="mode,optimiser,threads[,joined]; without it, search")
    parser.add_argument("--search", action="store_true", help="search (the default)")
    parser.add_argument("--steps", type=int)
    options = parser.parse_args()
    for name in options.workloads:
        if options.setting:
            steps = options.steps or counts(WORKLOADS[name])[2]
            line = measure(name, options.setting, steps)
        else:
            line = search(name)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
