"""Runs whose outcome is known without the detector, as statements for gansh.

    python labelled.py points > points.gansh
    python labelled.py images MNIST-FOLDER > images.gansh

Each run is called KIND-RECIPE-SEED, and KIND is what its recipe was chosen for; `outcome.py` says what came of it.
"""

import sys

SEEDS = range(1, 6)

# Steps are few: what happens to them happens early.
POINTS = """data ring ring modes=8 sigma=0.02
data grid grid side=5
arch toy like mlp points=2 width=128 latent=16
arch wide like mlp points=2 width=128 latent=16"""

# What keeps all modes, and what does not. PDG: updates of D and G 15:1 and 1:15 .
OF_POINTS = {
    "healthy-equal": "lr=1e-3",
    "healthy-r1": "lr=1e-3 penalty=r1:1",
    "healthy-wgan": "objective=wasserstein penalty=gp:0.1 critic=3 lr=2e-4 betas=0.5,0.9",
    "healthy-pairs": "objective=relativistic penalty=r1:1+r2:1 lr=5e-4",
    "healthy-strong": "objective=minimax dlr=5e-3 glr=1e-4",
    "collapsed-greedy": "glr=1e-3 dlr=1e-4",
    "collapsed-critic": "lr=5e-4 critic=15",
    "collapsed-hot": "lr=2e-2",
    "diverging-generator": "lr=5e-4 generator-steps=15",
}


def points(signals):
    print(POINTS)
    for name, recipe in OF_POINTS.items():
        steps = 1500 if "critic" in name or "steps=" in recipe else 4000
        for seed in SEEDS:
            print(
                f"run toy on ring steps={steps} batch=256 {recipe} seed={seed} signals={signals} log-every=10 "
                f"sample-every=100 checkpoint-every=100000 as {name}-{seed}")


def images(folder, signals):
    print(f"""data all mnist path={folder} size=28 channels=1
data digits from all split=0.0025 seed=1
data faces portraits count=128 size=16
data held portraits count=128 size=16 seed=2
data few portraits count=40 size=16
arch perceptron like mlp image=28x28x1 width=64
arch small like dcgan image=16x16x3 width=16
arch large like dcgan image=16x16x3 width=32""")
    runs = [
        ("healthy-faces", "small on faces test=held", "batch=32 lr=2e-4", 2500, 3),
        ("healthy-facesr1", "small on faces test=held", "batch=32 lr=2e-4 penalty=r1:1", 2500, 2),
        ("healthy-digits", "perceptron on digits", "batch=64 lr=2e-4", 4000, 3),
        ("collapsed-faces", "small on faces test=held", "batch=32 glr=5e-3 dlr=1e-4", 1500, 2),
        ("collapsed-digits", "perceptron on digits", "batch=64 glr=2e-3 dlr=1e-4", 3000, 2),
        ("vanishing-faces", "small on faces test=held", "batch=32 objective=minimax glr=1e-5 dlr=2e-3", 1500, 2),
        ("diverging-faces", "small on faces test=held", "batch=32 lr=5e-2", 1500, 2),
        ("overfitting-faces", "large on few test=held", "batch=20 lr=5e-4", 2000, 2),
        ("memorising-faces", "large on few test=held", "batch=20 lr=2e-4 penalty=r1:1", 4000, 2),
    ]
    for name, what, recipe, steps, seeds in runs:
        for seed in range(1, seeds + 1):
            print(
                f"run {what} {recipe} steps={steps} seed={seed} signals={signals} log-every=10 sample-every=250 "
                f"checkpoint-every=250 as {name}-{seed}")


if sys.argv[1] == "points":
    points(sys.argv[2] if len(sys.argv) > 2 else "10%")
else:
    images(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "10%")
