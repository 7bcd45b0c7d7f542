"""Writes parzen.json: what a tree-structured Parzen estimator (Bergstra et al. 2011) makes of some trials, in NumPy.

    python Tests/Fixtures/parzen.py

Densities of one key at some values, values drawn by pairs of uniform numbers, which trials are the better ones,
and what is chosen next of several keys, with the random numbers that gansh has.
"""

import json
import math
import pathlib
from statistics import NormalDist

import numpy as np

import philox

STREAM = 25
DRAWS = 24


class Numbers:
    def __init__(self, lower, upper, log=False, whole=False):
        self.lower, self.upper, self.log, self.whole = lower, upper, log, whole
        if whole:
            lower, upper = math.ceil(lower) - 0.5, math.floor(upper) + 0.5
        self.ends = self.place(lower), self.place(upper)

    def place(self, value):
        return math.log(value) if self.log else float(value)

    def value(self, place):
        value = math.exp(place) if self.log else place
        if self.whole:
            return float(np.clip(np.floor(value + 0.5), math.ceil(self.lower), math.floor(self.upper)))
        return float(np.clip(value, self.lower, self.upper))

    def fitted(self, values):
        low, high = self.ends
        centres = np.sort([self.place(v) for v in values])
        around = np.concatenate([[low], centres, [high]])
        gaps = np.diff(around)
        width = high - low
        return [
            (centre, float(np.clip(max(left, right), width / min(100, len(values) + 1), width)))
            for centre, left, right in zip(centres, gaps[:-1], gaps[1:])]

    def density(self, values, at):
        low, high = self.ends
        parts = self.fitted(values)
        if self.whole:
            a, b = self.place(at - 0.5), self.place(at + 0.5)
            total = (b - a) / (high - low)
        else:
            x = self.place(at)
            total = 1 / (high - low)
        for centre, deviation in parts:
            normal = NormalDist(centre, deviation)
            mass = normal.cdf(high) - normal.cdf(low)
            total += (
                (normal.cdf(b) - normal.cdf(a)) if self.whole else normal.pdf(x)) / mass
        return total / (len(values) + 1)

    def draw(self, values, first, second):
        low, high = self.ends
        index = int(first * (len(values) + 1))
        if index == 0:
            return self.value(low + (high - low) * second)
        normal = NormalDist(*self.fitted(values)[index - 1])
        share = normal.cdf(low) + second * (normal.cdf(high) - normal.cdf(low))
        return self.value(normal.inv_cdf(share))

    def rounded(self, value):
        return value if self.whole else float(np.clip(float(f"{value:.3e}"), self.lower, self.upper))

    def entry(self):
        return {"lower": self.lower, "upper": self.upper, "log": self.log, "whole": self.whole}


class Choices:
    def __init__(self, count):
        self.count = count

    def weights(self, values):
        return (1 + np.bincount(np.asarray(values, int), minlength=self.count)) / (
            self.count + len(values))

    def density(self, values, at):
        return float(self.weights(values)[int(at)])

    def draw(self, values, first, second):
        return float(min(self.count - 1, np.searchsorted(np.cumsum(self.weights(values)), first, "right")))

    def rounded(self, value):
        return value

    def entry(self):
        return {"choices": self.count}


def better(outcomes):
    """`None`: it diverged or failed; `"open"`: it is not known yet."""
    known = [o for o in outcomes if o != "open"]
    count = min(25, math.ceil(0.15 * len(known) - 1e-9))
    scored = [i for i, o in enumerate(outcomes) if isinstance(o, float)]
    return sorted(sorted(scored, key=lambda i: (-outcomes[i], i))[:count])


def choice(keys, trials, outcomes, seed, number):
    good = better(outcomes)
    result = []
    for name, key in keys.items():
        column = list(keys).index(name)
        ours = [trials[i][column] for i in good]
        others = [trials[i][column] for i in range(len(trials)) if i not in good]
        digest = 0xCBF29CE484222325
        for byte in name.encode():
            digest = (digest ^ byte) * 0x100000001B3 % 2**64
        word = digest & 0x7FFFFFFF | 0x80000000
        numbers = philox.uniforms(seed, STREAM | word << 32, number, 2 * DRAWS).astype(float)
        best = None
        for first, second in numbers.reshape(-1, 2):
            value = key.rounded(key.draw(ours, first, second))
            gain = math.log(key.density(ours, value) / key.density(others, value))
            if best is None or gain > best[1]:
                best = value, gain
        result.append({"value": best[0], "gain": best[1]})
    return result


def main():
    philox.check_known_answers()
    random = np.random.default_rng(5)
    rate = Numbers(1e-5, 1e-2, log=True)
    densities = []
    for key, values, at in [
        (Numbers(-1, 3), [], [-1, 0, 3]),
        (Numbers(-1, 3), [0.5], [-1, 0.4, 0.5, 3]),
        (Numbers(-1, 3), [0.5, 0.5, 2.9, -1], [-1, 0.5, 1, 2.9, 3]),
        (rate, [1e-4, 2e-4, 3e-3], [1e-5, 1.5e-4, 1e-2]),
        (Numbers(4, 9, whole=True), [4, 4, 7], [4, 5, 6, 7, 8, 9]),
        (Numbers(1, 64, log=True, whole=True), [1, 16], [1, 2, 16, 64]),
        (Choices(3), [0, 2, 2], [0, 1, 2]),
    ]:
        draws = [[float(first), float(second)] for first, second in random.uniform(size=(8, 2))]
        densities.append({
            "domain": key.entry(), "values": [float(v) for v in values],
            "at": [{"value": float(v), "density": key.density(values, v)} for v in at],
            "draws": [
                {"first": first, "second": second, "value": key.draw(values, first, second)}
                for first, second in draws]})
    keys = {
        "lr": rate, "batch": Numbers(8, 256, log=True, whole=True), "smooth": Numbers(0.5, 1),
        "objective": Choices(3)}
    searches = []
    for count, seed in [(10, 1), (23, 7), (60, 2)]:
        trials, outcomes = [], []
        for index in range(count):
            place = random.uniform(size=4)
            trials.append([
                rate.rounded(math.exp(math.log(1e-5) + place[0] * math.log(1e3))),
                float(round(math.exp(math.log(8) + place[1] * math.log(32)))),
                keys["smooth"].rounded(0.5 + place[2] / 2), float(int(place[3] * 3))])
            score = -(math.log10(trials[-1][0]) + 3.5) ** 2 - trials[-1][3]
            outcomes.append(
                None if index % 6 == 4 else "open" if index == count - 1 else float(f"{score:.3f}"))
        searches.append({
            "keys": [{"name": name, "domain": key.entry()} for name, key in keys.items()],
            "seed": seed, "number": count + 1,
            "trials": [
                {"values": v, "score": o if isinstance(o, float) else None, "isOpen": o == "open"}
                for v, o in zip(trials, outcomes)],
            "better": better(outcomes), "chosen": choice(keys, trials, outcomes, seed, count + 1)})
    path = pathlib.Path(__file__).parent / "parzen.json"
    path.write_text(json.dumps({"densities": densities, "searches": searches}, indent=1) + "\n")
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
