"""What the LPIPS package says of pairs of images, with VGG16 of formula weights and all channels alike: lpips.json.

    pip install lpips; python make_lpips.py

lpips 0.1.4 (Zhang et al. 2018), `net="vgg", lpips=False`; weights and images are those of make_fixtures.py.
"""

import json
import pathlib

import lpips
import torch

from make_fixtures import image, weight

HERE = pathlib.Path(__file__).parent

model = lpips.LPIPS(net="vgg", lpips=False, pnet_rand=True, pretrained=False, verbose=False).double().eval()
state = model.net.state_dict()
for key in state:
    # slice2.5.weight is torchvision's features.5.weight
    _, place, kind = key.split(".")
    name = f"features.{place}.{kind}"
    state[key] = torch.from_numpy(weight(name, list(state[key].shape))).double()
model.net.load_state_dict(state)


def tensor(number):
    return torch.from_numpy(image(number, 224, 224, 3)).double()[None] / 127.5 - 1


pairs = []
for one, other in [(1, 2), (1, 3), (2, 3), (4, 4)]:
    with torch.no_grad():
        distance = float(model(tensor(one), tensor(other)))
    pairs.append({"one": one, "other": other, "distance": distance})
(HERE / "lpips.json").write_text(json.dumps({"pairs": pairs}, indent=1) + "\n")
print(pairs)
