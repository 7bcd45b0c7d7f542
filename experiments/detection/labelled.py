"""Runs whose outcome is told without the detector, as statements for gansh.

    python labelled.py calibration points > calibration-points.gansh
    python labelled.py scored digits MNIST-FOLDER > scored-digits.gansh
    python labelled.py scored faces > scored-faces.gansh
    python labelled.py scored faces 20% 2 > scored-faces-2.gansh    # with another seed

Thresholds come from the runs of `calibration`. Those of `scored` are of other configurations: other data, networks and
recipes, which no threshold saw. What the runs were planned for stands in their names; what came of them is told by
truth.py alone.
"""

import sys

CALIBRATION, SCORED = {}, {}

# Data and networks, then runs: name, what is trained on what, recipe, steps, seeds.
CALIBRATION["points"] = ("""data ring ring modes=8 sigma=0.02
data grid grid side=5
arch toy like mlp points=2 width=128 latent=16""", [
    ("equal", "toy on ring", "lr=1e-3", 4000, (1, 2)),
    ("r1", "toy on ring", "lr=1e-3 penalty=r1:1", 4000, (1,)),
    ("wgan", "toy on ring", "objective=wasserstein penalty=gp:0.1 critic=3 lr=2e-4 betas=0.5,0.9", 3000, (1,)),
    ("pairs", "toy on ring", "objective=relativistic penalty=r1:1+r2:1 lr=5e-4", 4000, (1,)),
    ("strong", "toy on ring", "objective=minimax dlr=5e-3 glr=1e-4", 4000, (1,)),
    ("greedy", "toy on ring", "glr=1e-3 dlr=1e-4", 4000, (1, 2)),
    ("critic", "toy on ring", "lr=5e-4 critic=15", 1500, (1,)),
    ("hot", "toy on ring", "lr=2e-2", 4000, (1,)),
    ("generator", "toy on ring", "lr=5e-4 generator-steps=15", 1500, (1,)),
    ("vanish", "toy on ring", "objective=minimax glr=1e-5 dlr=5e-3", 4000, (1,)),
    ("grid-equal", "toy on grid", "lr=1e-3", 5000, (1,)),
    ("grid-pairs", "toy on grid", "objective=relativistic penalty=r1:1+r2:1 lr=5e-4", 5000, (1,)),
    ("grid-r1", "toy on grid", "lr=1e-3 penalty=r1:0.1", 5000, (1,)),
    ("grid-greedy", "toy on grid", "glr=2e-3 dlr=1e-4", 4000, (1,)),
])
CALIBRATION["digits"] = ("""data all mnist path={folder} size=28 channels=1
data digits from all split=0.1 seed=1
data held mnist path={folder} size=28 channels=1 split=test
data few from all split=0.001 seed=1
data all32 mnist path={folder} size=32 channels=1
data digits32 from all32 split=0.1 seed=1
data held32 mnist path={folder} size=32 channels=1 split=test
data few32 from all32 split=0.001 seed=1
arch perceptron like mlp image=28x28x1 width=64
arch wide like mlp image=28x28x1 width=128
arch conv like dcgan image=32x32x1 width=16
arch narrow like dcgan image=32x32x1 width=16 latent=1""", [
    ("mlp", "perceptron on digits test=held", "batch=64 lr=2e-4", 6000, (1, 2)),
    ("mlp-r1", "perceptron on digits test=held", "batch=64 lr=2e-4 penalty=r1:1", 5000, (1,)),
    ("mlp-greedy", "perceptron on digits test=held", "batch=64 glr=2e-3 dlr=1e-4", 5000, (1, 2)),
    ("mlp-vanish", "perceptron on digits test=held", "batch=64 objective=minimax glr=1e-5 dlr=2e-3", 4000, (1,)),
    ("mlp-hot", "perceptron on digits test=held", "batch=64 lr=2e-2", 4000, (1,)),
    ("mlp-generator", "perceptron on digits test=held", "batch=64 lr=5e-4 generator-steps=10", 2000, (1,)),
    ("mlp-few", "wide on few test=held", "batch=32 lr=5e-4", 6000, (1,)),
    ("conv", "conv on digits32 test=held32", "batch=32 lr=2e-4", 3000, (1, 2)),
    ("conv-r1", "conv on digits32 test=held32", "batch=32 lr=5e-4 penalty=r1:1", 3000, (1,)),
    ("conv-greedy", "conv on digits32 test=held32", "batch=32 glr=1e-2 dlr=1e-4", 2500, (1,)),
    ("conv-hot", "conv on digits32 test=held32", "batch=32 lr=5e-2", 2500, (1,)),
    ("conv-vanish", "conv on digits32 test=held32", "batch=32 objective=minimax glr=1e-6 dlr=2e-3", 2500, (1,)),
    ("conv-narrow", "narrow on digits32 test=held32", "batch=32 lr=2e-4", 3000, (1,)),
    ("conv-few", "conv on few32 test=held32", "batch=20 lr=5e-4", 3000, (1,)),
])
CALIBRATION["faces"] = ("""data faces portraits count=2000 size=32
data held portraits count=512 size=32 seed=2
data few portraits count=48 size=32
arch conv like dcgan image=32x32x3 width=16
arch narrow like dcgan image=32x32x3 width=16 latent=1""", [
    ("conv", "conv on faces test=held", "batch=32 lr=2e-4", 3000, (1, 2)),
    ("r1", "conv on faces test=held", "batch=32 lr=5e-4 penalty=r1:1", 3000, (1,)),
    ("greedy", "conv on faces test=held", "batch=32 glr=1e-2 dlr=1e-4", 2000, (1,)),
    ("hot", "conv on faces test=held", "batch=32 lr=5e-2", 1500, (1,)),
    ("vanish", "conv on faces test=held", "batch=32 objective=minimax glr=1e-6 dlr=2e-3", 1500, (1,)),
    ("narrow", "narrow on faces test=held", "batch=32 lr=2e-4", 2000, (1,)),
    ("generator", "conv on faces test=held", "batch=32 lr=5e-4 generator-steps=8", 1000, (1,)),
    ("few", "conv on few test=held", "batch=16 lr=5e-4", 3000, (1,)),
    ("few-r1", "conv on few test=held", "batch=16 lr=5e-4 penalty=r1:1", 3000, (1,)),
])

SCORED["points"] = ("""data ring12 ring modes=12 sigma=0.03
data ring6 ring modes=6 radius=2 sigma=0.05
data grid3 grid side=3 sigma=0.1
data grid4 grid side=4 spacing=1 sigma=0.05
arch slim like mlp points=2 width=64 latent=8
arch deep custom points=2 latent=4 {
  generator { dense 96; tanh; dense 96; tanh; dense 96; tanh; dense 2 }
  discriminator { dense 96; lrelu 0.2; dense 96; lrelu 0.2; dense 96; lrelu 0.2; dense 1 }
}
arch packed like mlp points=2 width=96 latent=16 pack=2
arch line custom points=2 latent=8 {
  generator { dense 1; dense 8; relu; dense 2 }
  discriminator { dense 128; relu; dense 128; relu; dense 1 }
}""", [
    ("slim-r1", "slim on ring12", "lr=8e-4 penalty=r1:0.3", 4000, (1,)),
    ("slim-pairs", "slim on ring6", "objective=relativistic penalty=r1:0.5+r2:0.5 lr=1e-3", 4000, (1,)),
    ("slim-grid", "slim on grid3", "objective=relativistic penalty=r1:0.3+r2:0.3 lr=1e-3", 4000, (1,)),
    ("slim-hinge", "slim on ring6", "objective=hinge penalty=r1:0.5 lr=5e-4", 4000, (1,)),
    ("slim-lsgan", "slim on ring12", "objective=lsgan penalty=gp-zero:0.5 lr=1e-3", 4000, (1,)),
    ("slim-noise", "slim on ring12", "instance-noise=0.1 lr=1e-3", 4000, (1,)),
    ("deep-r1", "deep on grid3", "lr=5e-4 penalty=r1:0.2", 4000, (1,)),
    ("deep-wgan", "deep on ring6", "objective=wasserstein penalty=gp:1 critic=4 lr=5e-4 betas=0,0.9", 2500, (1,)),
    ("deep-dragan", "deep on ring6", "penalty=dragan:1 lr=5e-4", 4000, (1,)),
    ("deep-plain", "deep on ring6", "lr=3e-4", 4000, (1,)),
    ("packed", "packed on ring12", "lr=7e-4", 4000, (1,)),
    ("packed-grid", "packed on grid4", "lr=7e-4 penalty=r1:0.1", 4000, (1,)),
    ("optimistic", "packed on ring6", "optimiser=optimistic lr=3e-4 penalty=r1:0.1", 4000, (1,)),
    ("greedy", "slim on ring12", "glr=2e-3 dlr=2e-4", 4000, (1,)),
    ("greedy-grid", "slim on grid3", "glr=3e-3 dlr=1e-4", 4000, (1,)),
    ("momentum", "deep on ring12", "lr=2e-3 betas=0.9,0.999", 4000, (1,)),
    ("critic", "slim on grid4", "lr=1e-3 critic=10", 2000, (1,)),
    ("generator", "slim on ring6", "lr=1e-3 generator-steps=8", 2000, (1,)),
    ("hot", "deep on grid3", "lr=1e-2", 4000, (1,)),
    ("line", "line on grid4", "lr=1e-3", 4000, (1,)),
    ("descent", "slim on ring12", "optimiser=sgd:0.9 lr=2e-2", 4000, (1,)),
    ("vanish", "deep on grid3", "objective=minimax glr=5e-6 dlr=3e-3", 4000, (1,)),
    ("line-ring", "line on ring12", "lr=5e-4", 4000, (1,)),
    ("greedy-hinge", "slim on ring6", "objective=hinge glr=4e-3 dlr=2e-4", 4000, (1,)),
    ("packed-critic", "packed on ring12", "lr=5e-4 critic=12", 2000, (1,)),
])
SCORED["digits"] = ("""data all mnist path={folder} size=28 channels=1
data some from all split=0.2 seed=7
data held mnist path={folder} size=28 channels=1 split=test
data few from all split=0.0007 seed=5
data all32 mnist path={folder} size=32 channels=1
data some32 from all32 split=0.2 seed=7
data held32 mnist path={folder} size=32 channels=1 split=test
data few32 from all32 split=0.0007 seed=5
arch slim like mlp image=28x28x1 width=96 latent=32
arch plain custom image=28x28x1 latent=64 {
  generator { dense 256; relu; dense 256; relu; dense 784; tanh; reshape 28x28x1 }
  discriminator { flatten; dense 256; lrelu 0.2; dense 256; lrelu 0.2; dense 1 }
}
arch line custom image=28x28x1 latent=64 {
  generator { dense 1; dense 128; lrelu 0.2; dense 256; lrelu 0.2; dense 784; tanh; reshape 28x28x1 }
  discriminator { flatten; dense 256; lrelu 0.2; dense 256; lrelu 0.2; dense 1 }
}
arch lean like dcgan image=32x32x1 width=16 latent=32 upsample=resize
arch thin like dcgan image=32x32x1 width=16 latent=24 dnorm=no""", [
    ("slim-r1", "slim on some test=held", "batch=48 lr=4e-4 penalty=r1:0.5", 6000, (1,)),
    ("slim", "slim on some test=held", "batch=100 lr=3e-4", 6000, (1,)),
    ("slim-lsgan", "slim on some test=held", "batch=48 objective=lsgan lr=2e-4", 6000, (1,)),
    ("slim-hinge", "slim on some test=held", "batch=48 objective=hinge lr=4e-4 penalty=r1:2", 6000, (1,)),
    ("plain-r1", "plain on some test=held", "batch=48 lr=3e-4 penalty=r1:5", 6000, (1,)),
    ("plain-pairs", "plain on some test=held", "batch=48 objective=relativistic penalty=r1:1+r2:1 lr=3e-4", 6000, (1,)),
    ("plain-wgan", "plain on some test=held", "batch=48 objective=wasserstein penalty=gp:10 critic=3 lr=2e-4 betas=0,0.9", 4000, (1,)),
    ("lean", "lean on some32 test=held32", "batch=32 lr=3e-4", 2000, (1,)),
    ("lean-r1", "lean on some32 test=held32", "batch=32 lr=4e-4 penalty=r1:2", 2000, (1,)),
    ("lean-dragan", "lean on some32 test=held32", "batch=32 lr=3e-4 penalty=dragan:5", 2000, (1,)),
    ("slim-greedy", "slim on some test=held", "batch=48 glr=1e-3 dlr=5e-5", 4000, (1,)),
    ("slim-generator", "slim on some test=held", "batch=48 lr=3e-4 generator-steps=6", 2500, (1,)),
    ("slim-hot", "slim on some test=held", "batch=48 lr=1e-2", 4000, (1,)),
    ("slim-descent", "slim on some test=held", "batch=48 optimiser=sgd:0.9 lr=1e-2", 4000, (1,)),
    ("plain-fast", "plain on some test=held", "batch=48 lr=1e-3 betas=0.9,0.999", 4000, (1,)),
    ("plain-greedy", "plain on some test=held", "batch=48 glr=1e-3 dlr=2e-4", 4000, (1,)),
    ("line", "line on some test=held", "batch=48 lr=3e-4", 5000, (1,)),
    ("lean-greedy", "lean on some32 test=held32", "batch=32 glr=5e-3 dlr=5e-5", 1500, (1,)),
    ("lean-generator", "lean on some32 test=held32", "batch=32 lr=1e-3 generator-steps=5", 800, (1,)),
    ("plain-vanish", "plain on some test=held", "batch=48 objective=minimax glr=2e-6 dlr=1e-3", 3000, (1,)),
    ("thin-vanish", "thin on some32 test=held32", "batch=32 objective=minimax glr=5e-7 dlr=1e-3", 1500, (1,)),
    ("few", "plain on few test=held", "batch=16 lr=4e-4 penalty=r1:1", 5000, (1,)),
    ("thin", "thin on some32 test=held32", "batch=32 lr=3e-4", 2000, (1,)),
    ("thin-r1", "thin on some32 test=held32", "batch=24 lr=5e-4 penalty=r1:1", 2000, (1,)),
    ("thin-generator", "thin on some32 test=held32", "batch=32 lr=1e-3 generator-steps=8", 800, (1,)),
    ("thin-hot", "thin on some32 test=held32", "batch=32 lr=2e-2", 1500, (1,)),
    ("line-hinge", "line on some test=held", "batch=48 objective=hinge lr=4e-4 penalty=r1:1", 4000, (1,)),
    ("few-thin", "thin on few32 test=held32", "batch=16 lr=4e-4", 2000, (1,)),
])
SCORED["faces"] = ("""data faces portraits count=1200 size=32 seed=5
data held portraits count=512 size=32 seed=9
data few portraits count=32 size=32 seed=11
arch thin like dcgan image=32x32x3 width=16 latent=24 dnorm=no
arch dense like mlp image=32x32x3 width=96 latent=32
arch line custom image=32x32x3 latent=32 {
  generator { dense 1; dense 4x4x64; batchnorm; relu; deconv 32; batchnorm; relu; deconv 16; batchnorm; relu; deconv 3; tanh }
  discriminator { conv 16; lrelu 0.2; conv 32; lrelu 0.2; conv 64; lrelu 0.2; flatten; dense 1 }
}
arch plain custom image=32x32x3 latent=32 {
  generator { dense 4x4x64; batchnorm; relu; deconv 32; batchnorm; relu; deconv 16; batchnorm; relu; deconv 3; tanh }
  discriminator { conv 16; lrelu 0.2; conv 32; lrelu 0.2; conv 64; lrelu 0.2; flatten; dense 1 }
}""", [
    ("thin", "thin on faces test=held", "batch=24 lr=3e-4", 2200, (1,)),
    ("thin-r1", "thin on faces test=held", "batch=24 lr=4e-4 penalty=r1:2", 2000, (1,)),
    ("thin-ema", "thin on faces test=held", "batch=48 lr=4e-4 ema=0.99", 1500, (1,)),
    ("plain", "plain on faces test=held", "batch=24 lr=3e-4", 2200, (1,)),
    ("plain-hinge", "plain on faces test=held", "batch=24 objective=hinge lr=3e-4", 2500, (1,)),
    ("plain-r1", "plain on faces test=held", "batch=24 lr=5e-4 penalty=r1:1", 2500, (1,)),
    ("plain-lsgan", "plain on faces test=held", "batch=24 objective=lsgan lr=3e-4", 2500, (1,)),
    ("dense-r1", "dense on faces test=held", "batch=48 lr=3e-4 penalty=r1:1", 3000, (1,)),
    ("thin-greedy", "thin on faces test=held", "batch=24 glr=5e-3 dlr=5e-5", 1500, (1,)),
    ("plain-greedy", "plain on faces test=held", "batch=24 glr=5e-3 dlr=5e-5", 1500, (1,)),
    ("plain-generator", "plain on faces test=held", "batch=24 lr=1e-3 generator-steps=6", 800, (1,)),
    ("thin-hot", "thin on faces test=held", "batch=24 lr=2e-2", 1500, (1,)),
    ("plain-hot", "plain on faces test=held", "batch=24 lr=1e-2 betas=0.9,0.999", 1500, (1,)),
    ("line", "line on faces test=held", "batch=24 lr=3e-4", 1500, (1,)),
    ("dense-greedy", "dense on faces test=held", "batch=48 glr=1e-3 dlr=5e-5", 1500, (1,)),
    ("dense-generator", "dense on faces test=held", "batch=48 lr=4e-4 generator-steps=6", 500, (1,)),
    ("dense-hot", "dense on faces test=held", "batch=48 lr=1e-2", 1200, (1,)),
    ("plain-vanish", "plain on faces test=held", "batch=24 objective=minimax glr=1e-6 dlr=1e-3", 1500, (1,)),
    ("few", "thin on few test=held", "batch=16 lr=4e-4", 2000, (1,)),
    ("thin-pairs", "thin on faces test=held", "batch=24 objective=relativistic penalty=r1:1+r2:1 lr=4e-4", 2000, (1,)),
    ("thin-dragan", "thin on faces test=held", "batch=32 lr=3e-4 penalty=dragan:10", 2000, (1,)),
    ("plain-noise", "plain on faces test=held", "batch=32 lr=3e-4 instance-noise=0.05", 2000, (1,)),
    ("plain-small", "plain on faces test=held", "batch=4 lr=1e-3", 2500, (1,)),
    ("line-r1", "line on faces test=held", "batch=24 lr=5e-4 penalty=r1:1", 1500, (1,)),
    ("thin-long", "thin on faces test=held", "batch=32 lr=2.5e-4", 4000, (1,)),
    ("plain-long", "plain on faces test=held", "batch=32 lr=4e-4 penalty=r1:0.5", 3500, (1,)),
    ("plain-pairs", "plain on faces test=held", "batch=24 objective=relativistic penalty=r1:2+r2:2 lr=5e-4", 3000, (1,)),
    ("thin-hinge", "thin on faces test=held", "batch=32 objective=hinge lr=4e-4 penalty=r1:1", 3000, (1,)),
    ("few-plain", "plain on few test=held", "batch=16 lr=5e-4 penalty=r1:0.5", 2000, (1,)),
])


def main(part, kind, folder, signals="20%", seed=None):
    declarations, runs = {"calibration": CALIBRATION, "scored": SCORED}[part][kind]
    print(declarations.replace("{folder}", folder))
    batch = "batch=256 " if kind == "points" else ""
    for name, what, recipe, steps, seeds in runs:
        every = "sample-every=100 checkpoint-every=100000" if kind == "points" else (
            f"sample-every=1000 checkpoint-every={steps // 12}")
        for number in [seed] if seed else seeds:
            print(
                f"run {what} steps={steps} {batch}{recipe} seed={number} signals={signals} threads=1 log-every=10 {every} "
                f"as {kind}-{name}-{number}")


if __name__ == "__main__":
    arguments = sys.argv[3:]
    folder = arguments.pop(0) if sys.argv[2] == "digits" else ""
    main(sys.argv[1], sys.argv[2], folder, *arguments)
