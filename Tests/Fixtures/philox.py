"""gansh's random numbers in numpy: Philox4x32-10 of Salmon et al. 2011, by gansh's definition.

A value is a function of (seed, stream, step, index). The key is the seed (low word, high word); the
counter is (index / 4, high word of the stream, low word of it, step); index modulo 4 picks one of the block's four words. Words
and uniforms are the same bits as gansh's; normals are computed in double and rounded to single, so
they may differ by the last bit where two libraries' logarithms or cosines do.

Run as a script, it writes randomness/philox.json, which RandomnessTests reads.
"""

import json
import pathlib

import numpy as np

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def rounds(counter, key):
    """Ten rounds over four arrays of counter words (uint64 holding 32 bits) and a key of two."""
    c0, c1, c2, c3 = (np.asarray(c, dtype=np.uint64) for c in counter)
    k0, k1 = key
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * c0
        p1 = np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (
            (p1 >> HALF) ^ c1 ^ np.uint64(k0),
            p1 & LOW,
            (p0 >> HALF) ^ c3 ^ np.uint64(k1),
            p0 & LOW,
        )
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def words(seed, stream, step, count, first=0):
    """`count` words as uint32, from index `first` (a multiple of four) on."""
    assert first % 4 == 0
    block = np.arange(first // 4, (first + count + 3) // 4, dtype=np.uint64) & LOW
    fixed = (np.full_like(block, value) for value in (stream >> 32, stream & 0xFFFFFFFF, step))
    key = (seed & 0xFFFFFFFF, seed >> 32)
    return np.stack(rounds((block, *fixed), key), axis=1).reshape(-1)[:count].astype(np.uint32)


def uniform_of(word):
    """(floor(word / 2^9) + 1/2) * 2^-23, exact in single precision."""
    return ((word >> np.uint32(9)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-23)


def uniforms(seed, stream, step, count, first=0):
    return uniform_of(words(seed, stream, step, count, first))


def normals(seed, stream, step, count, first=0):
    """Box and Muller 1958 on the words (2i, 2i + 1): cosine at the even index, sine at the odd."""
    pairs = uniforms(seed, stream, step, count + count % 2, first).astype(np.float64)
    u, v = pairs.reshape(-1, 2).T
    radius, angle = np.sqrt(-2 * np.log(u)), 2 * np.pi * v
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return both.reshape(-1)[:count].astype(np.float32)


# Published with Random123 (kat_vectors, philox4x32 10 rounds): counter, key, result.
KNOWN_ANSWERS = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def check_known_answers():
    for counter, key, expected in KNOWN_ANSWERS:
        found = [int(np.asarray(word).reshape(-1)[0]) for word in rounds([[c] for c in counter], key)]
        assert found == expected, (counter, key, [hex(word) for word in found])


def parity_cases():
    """(seed, stream, step, first, count): plain, high bits set, the largest, far along a stream."""
    return [
        (0, 0, 0, 0, 64),
        (7, 1, 0, 0, 64),
        (7, 65_536, 3, 0, 64),
        (0x0123_4567_89AB_CDEF, 16, 9, 0, 64),
        (0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0, 64),
        (1 << 63, 256, 1_000_000, 1_000_000, 64),
        (42, 3, 5, 4 * 0xFFFF_FFFF, 4),
        (7, 3 << 32 | 256, 3, 0, 64),
    ]


def main():
    check_known_answers()
    cases = []
    for seed, stream, step, first, count in parity_cases():
        case = (seed, stream, step, count, first)
        cases.append({
            "seed": seed, "stream": stream, "step": step, "first": first,
            "words": words(*case).tolist(),
            "uniformBits": uniforms(*case).view(np.uint32).tolist(),
            "normals": [float(value) for value in normals(*case)],
        })
    path = pathlib.Path(__file__).parent / "randomness" / "philox.json"
    known = [{"counter": c, "key": k, "words": w} for c, k, w in KNOWN_ANSWERS]
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    text = '{\n  "knownAnswers": ' + json.dumps(known) + ',\n  "cases": [\n' + lines + "\n  ]\n}\n"
    path.write_text(text)
    print(path.name, len(text), "bytes")


if __name__ == "__main__":
    main()
