"""Every layer of gansh in PyTorch, in double precision: values, states, first and second derivatives.

    python layers.py

writes layers.json, which NetworksTests reads. `training/models.py` says what a layer computes. A case is a
discriminator of some layers; what it is given and its parameters are uniform numbers of Philox (seed 1, the
tensor's place as the stream: inputs first, then parameters in order of creation), which are the same bits
everywhere:

- inputs 4u - 2, label vectors u; weights and all else 2u - 1; factors of normalisations, lengths and
  running variances 2u + 0.5; vectors of power iterations 2u - 1, brought to length 1;
- random numbers of layers have seed 1 and step 0, in application 0.

The loss is Σ (u + 0.5) · output over all outputs, in the order of their names, streams 1000 and on. `first`
are its gradients; `second` are the gradients of the sum of squares of all of those. A tensor is its norm and
at most 6 of its values: every n-th with the smallest n for that.
"""

import json
import math
import pathlib
import re
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "training")]

import models
import philox

SAMPLES = 6
IMAGE = [3, 5, 4]
ROUND = [4, 6, 6]
ONE = "conv 4 kernel=1 stride=1 padding=valid bias=no"

# Layers; shapes of the inputs; whether in training; what weights pass through.
CASES = [
    ("dense 3", {"image": [7]}, False, "no"),
    ("dense 2x3x2 bias=no", {"image": IMAGE}, False, "no"),
    ("conv 4", {"image": ROUND}, False, "no"),
    ("conv 2 kernel=3x2 stride=2x1 padding=same", {"image": IMAGE}, False, "no"),
    ("conv 2 kernel=3 stride=2 padding=valid bias=no", {"image": IMAGE}, False, "no"),
    ("conv 2 kernel=3 stride=2 padding=1", {"image": IMAGE}, False, "no"),
    ("conv 2 kernel=3 stride=1 dilation=2", {"image": IMAGE}, False, "no"),
    ("conv 2 kernel=2x3 stride=2 dilation=2 padding=2", {"image": IMAGE}, False, "no"),
    ("conv 6 kernel=3 stride=1 groups=2", {"image": ROUND}, False, "no"),
    ("conv 4 kernel=3 stride=2 groups=4", {"image": ROUND}, False, "no"),
    ("conv 8 kernel=3 stride=1 groups=4", {"image": ROUND}, False, "no"),
    ("conv 4 kernel=2 stride=1 groups=4 dilation=2 padding=1", {"image": ROUND}, False, "no"),
    ("conv 2 kernel=4 stride=1 border=reflect", {"image": IMAGE}, False, "no"),
    ("conv 2 kernel=4 stride=2 border=replicate", {"image": IMAGE}, False, "no"),
    ("conv 2 kernel=3 stride=1 padding=2 border=reflect", {"image": IMAGE}, False, "no"),
    ("conv 3 kernel=3 stride=1 padding=3 border=replicate groups=3 dilation=2",
     {"image": IMAGE}, False, "no"),
    ("deconv 2", {"image": IMAGE}, False, "no"),
    ("deconv 2 kernel=3x5 stride=2x3 padding=same", {"image": IMAGE}, False, "no"),
    ("deconv 2 kernel=1 stride=2 padding=same bias=no", {"image": IMAGE}, False, "no"),
    ("deconv 2 kernel=3 stride=2 padding=1 outpad=1", {"image": IMAGE}, False, "no"),
    ("deconv 2 kernel=4x3 stride=1 padding=valid", {"image": IMAGE}, False, "no"),
    ("embedding 5", {"label": [4]}, False, "no"),
    ("cosine 5", {"image": [7]}, False, "no"),
    ("dense 6; lrelu 0.2; cosine 3 scale=4", {"image": IMAGE}, False, "no"),
    ("dense 4; batchnorm", {"image": [3]}, True, "no"),
    (f"{ONE}; batchnorm momentum=keras:0.8", {"image": IMAGE}, True, "no"),
    (f"{ONE}; batchnorm eps=0.01 momentum=torch:0.3", {"image": IMAGE}, True, "no"),
    (f"{ONE}; batchnorm", {"image": IMAGE}, False, "no"),
    (f"{ONE}; meannorm momentum=keras:0.8", {"image": IMAGE}, True, "no"),
    ("dense 4; meannorm", {"image": [3]}, True, "weightnorm"),
    (f"{ONE}; meannorm", {"image": IMAGE}, False, "no"),
    (f"{ONE}; layernorm", {"image": IMAGE}, False, "no"),
    (f"{ONE}; layernorm scale=channel eps=0.01", {"image": IMAGE}, False, "no"),
    ("dense 5; layernorm scale=channel", {"image": [3]}, False, "no"),
    (f"{ONE}; instancenorm eps=0.01", {"image": IMAGE}, False, "no"),
    ("instancenorm affine=yes", {"image": IMAGE}, False, "no"),
    ("groupnorm 2 eps=0.01", {"image": ROUND}, False, "no"),
    ("dense 6; groupnorm 3", {"image": [4]}, False, "no"),
    ("conv 2 kernel=1 stride=1 bias=no; minibatchstd; tanh", {"image": [2, 2, 2]}, True, "no"),
    ("dense 6; maxout 3; dense 2", {"image": [3]}, True, "no"),
    ("conv 4 kernel=1 stride=1; maxout 2", {"image": [2, 3, 3]}, True, "no"),
    ("dense 4; minibatchstd group=2; dense 2", {"image": [3]}, False, "no"),
    (f"{ONE}; minibatchdisc 3 dim=2; dense 2", {"image": IMAGE}, True, "no"),
    ("dense 4; minibatchdisc 2", {"image": [3]}, False, "no"),
    (f"{ONE}; pixelnorm", {"image": IMAGE}, False, "no"),
    ("dense 5; pixelnorm eps=0.01", {"image": [3]}, False, "no"),
    ("condbatchnorm label", {"image": IMAGE, "label": [4]}, True, "no"),
    ("condbatchnorm label momentum=keras:0.9 eps=0.01", {"image": [3], "label": [4]}, True, "no"),
    ("condbatchnorm label", {"image": IMAGE, "label": [4]}, False, "no"),
    ("dense 12; dropout 0.25; dropout 0.5", {"image": [3]}, True, "no"),
    ("block as all { dense 12; dropout 0.25 as drop; dropout 0.5 }", {"image": [3]}, True, "no"),
    ("dense 4; dropout 0.5", {"image": [3]}, False, "no"),
    (f"{ONE}; noise 0.3; noise 0.5 as added", {"image": IMAGE}, True, "no"),
    (f"{ONE}; noise strength=trained", {"image": IMAGE}, True, "no"),
    ("dense 4; noise 2 strength=trained", {"image": [3]}, True, "no"),
    ("dense 4; noise", {"image": [3]}, False, "no"),
    ("dense 12; relu", {"image": [3]}, False, "no"),
    ("dense 12; lrelu", {"image": [3]}, False, "no"),
    ("dense 12; lrelu 3", {"image": [3]}, False, "no"),
    ("dense 12; elu", {"image": [3]}, False, "no"),
    ("dense 12; elu 2", {"image": [3]}, False, "no"),
    ("dense 12; tanh", {"image": [3]}, False, "no"),
    ("dense 12; sigmoid", {"image": [3]}, False, "no"),
    ("dense 12; softplus", {"image": [3]}, False, "no"),
    ("dense 12; silu", {"image": [3]}, False, "no"),
    ("dense 12; gelu", {"image": [3]}, False, "no"),
    (f"{ONE}; maxpool; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; maxpool 3 stride=1; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; avgpool; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; avgpool 3 stride=1; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; blurpool; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; blurpool 1 kernel=4; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; globalpool; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; sumpool; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; upsample; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; upsample 3 filter=bilinear; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; upsample 2 filter=bilinear; tanh", {"image": [3, 1, 4]}, False, "no"),
    ("dense 12; reshape 2x3x2; conv 2 kernel=2 stride=1 padding=valid", {"image": [3]}, False, "no"),
    (f"{ONE}; flatten; dense 2", {"image": IMAGE}, False, "no"),
    (f"{ONE}; crop 3x2; tanh", {"image": IMAGE}, False, "no"),
    (f"{ONE}; crop 2; tanh", {"image": IMAGE}, False, "no"),
    (f"conv 1 kernel=1 stride=1; relu as hole; from image; {ONE}; crop 2x3 around=hole; tanh",
     {"image": IMAGE}, False, "no"),
    (f"conv 1 kernel=1 stride=1; relu as hole; from image; {ONE}; crop 3 around=hole; tanh",
     {"image": ROUND}, False, "no"),
    ("conv 3 kernel=3x2 stride=1 dilation=3 padding=2", {"image": [2, 7, 8]}, False, "no"),
    ("dense 12; glu", {"image": [3]}, False, "no"),
    ("dense 12; glu elu", {"image": [3]}, False, "no"),
    ("conv 4 kernel=1 stride=1; glu relu; conv 2 kernel=1 stride=1; glu lrelu", {"image": IMAGE}, False, "no"),
    ("dense 8; glu tanh", {"image": [3]}, False, "no"),
    ("residual { tanh; conv 3 kernel=3 stride=1; tanh }", {"image": IMAGE}, False, "no"),
    ("""residual as 8x8 { conv 2 kernel=3 stride=1; tanh as h; avgpool 2; multiply gate
        shortcut { avgpool 2; conv 2 kernel=1 stride=1 } }""",
     {"image": IMAGE, "gate": [2]}, False, "no"),
    ("block { dense 4; tanh; dense 4; tanh; block { dense 4; silu } }; block as b { dense 2 }",
     {"image": [3]}, False, "no"),
    ("dense 4; tanh as a; dense 4; silu as b; from a; dense 4; add b; multiply a; tanh; concat b",
     {"image": [3]}, False, "no"),
    (f"{ONE} as a; tanh; add v; multiply a; concat v; concat a; multiply w",
     {"image": IMAGE, "v": [4], "w": [12]}, False, "no"),
    ("attention", {"image": [8, 4, 6]}, False, "no"),
    ("attention pool=1", {"image": [4, 3, 2]}, False, "no"),
    ("dense 6; tanh as h; dense 1 as s; from h; project label; add s",
     {"image": IMAGE, "label": [4]}, False, "no"),
    ("dense 6; tanh as h; dense 4; output class; from h; dense 1", {"image": IMAGE}, False, "no"),
    # What weights pass through.
    *((f"{layer}", inputs, training, transform)
      for transform, training in [
          ("spectral", False), ("spectral", True), ("weightnorm", False), ("equalised", False)]
      for layer, inputs in [
          ("dense 3", {"image": [5]}), ("conv 4 kernel=3 stride=1", {"image": IMAGE}),
          ("deconv 3", {"image": IMAGE})]),
    ("conv 4 kernel=3 stride=1 groups=2 dilation=2", {"image": ROUND}, True, "spectral"),
    ("attention", {"image": [8, 4, 4]}, True, "spectral"),
    ("embedding 5; dense 1 weights=no", {"label": [4]}, True, "spectral"),
    ("dense 6; tanh as h; project label", {"image": [5], "label": [4]}, True, "spectral"),
    ("dense 4 weights=spectral; dense 4 weights=weightnorm; dense 3 weights=equalised:1; dense 2",
     {"image": [5]}, True, "no"),
    ("conv 4 weights=no; conv 4 weights=equalised:0.5 kernel=3", {"image": ROUND}, False, "spectral"),
]


def value(place, shape, role):
    """In double, of exact singles."""
    u = philox.uniforms(1, place, 0, math.prod(shape)).astype(np.float64)
    if role == "image":
        u = 4 * u - 2
    elif role in ("scale", "length", "variance"):
        u = 2 * u + 0.5
    elif role != "label":
        u = 2 * u - 1
    if role == "direction":
        u /= np.linalg.norm(u)
    trained = role not in ("mean", "variance", "direction")
    return torch.from_numpy(u.reshape(shape)).requires_grad_(trained)


def entry(name, tensor):
    flat = tensor.detach().numpy().reshape(-1)
    stride = -(-flat.size // SAMPLES)
    return {
        "name": name, "norm": short(np.linalg.norm(flat)),
        "values": [short(number) for number in flat[::stride]]}


def short(number):
    return float(f"{number:.12g}")


def gradients(loss, tensors):
    found = torch.autograd.grad(loss, tensors, create_graph=True, allow_unused=True)
    return [torch.zeros_like(t) if g is None else g for g, t in zip(found, tensors)]


def make(layers, inputs, training, transform):
    layers = re.sub(" +", " ", layers)
    network = models.Network.of_layers(layers, inputs, transform)
    given = {
        wire: value(place, [2, *shape], "label" if wire == "label" else "image")
        for place, (wire, shape) in enumerate(inputs.items())}
    values = {
        name: value(len(inputs) + place, shape, role)
        for place, (name, (shape, role)) in enumerate(network.parameters.items())}
    outputs, updates = network.apply(given, values, training=training, seed=1)
    outputs = dict(sorted(outputs.items()))
    loss = 0
    for number, output in enumerate(outputs.values()):
        factors = philox.uniforms(1, 1000 + number, 0, output.numel()).astype(np.float64) + 0.5
        loss = loss + (output * torch.from_numpy(factors.reshape(output.shape))).sum()
    tensors = {**given, **{name: values[name] for name in network.trained}}
    first = gradients(loss, list(tensors.values()))
    second = gradients(sum(g.square().sum() for g in first), list(tensors.values()))
    return {
        "layers": layers, "inputs": [{"wire": w, "shape": s} for w, s in inputs.items()],
        "training": training, "transform": transform,
        "parameters": [{"name": n, "shape": s} for n, (s, _) in network.parameters.items()],
        "outputs": [entry(name, output) for name, output in outputs.items()],
        "states": [entry(name, state) for name, state in sorted(updates.items())],
        "first": [entry(name, g) for name, g in zip(tensors, first)],
        "second": [entry(name, g) for name, g in zip(tensors, second)],
    }


def main():
    philox.check_known_answers()
    models.check_spectral()
    lines = ",\n".join("    " + json.dumps(make(*case)) for case in CASES)
    made = f"PyTorch {torch.__version__.split('+')[0]}"
    path = HERE / "layers.json"
    path.write_text('{\n  "madeWith": ' + json.dumps(made) + ',\n  "cases": [\n' + lines + "\n  ]\n}\n")
    print(f"{len(CASES)} cases, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
