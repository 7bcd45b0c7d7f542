// Philox4x32-10 (Salmon et al. 2011), as the reference evaluator defines it: key = seed, counter =
// (block, high word of the stream, low word of it, step), four words a block.
#include "CKernels.h"
#include "VectorMath.h"

namespace {

constexpr int64_t tile = 256;  // blocks worked on together

struct Words {
  uint32_t word[4][tile];
};

GANSH_INLINE void philox(Words &words, uint32_t first, uint64_t seed, uint64_t stream, uint32_t step) {
  for (int64_t i = 0; i < tile; i++) {
    uint32_t c0 = first + (uint32_t)i, c1 = (uint32_t)(stream >> 32), c2 = (uint32_t)stream, c3 = step;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
      c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
      c1 = (uint32_t)p1;
      c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
      c3 = (uint32_t)p0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    words.word[0][i] = c0;
    words.word[1][i] = c1;
    words.word[2][i] = c2;
    words.word[3][i] = c3;
  }
}

GANSH_INLINE float uniform(uint32_t word) { return ((float)(int32_t)(word >> 9) + 0.5f) * 0x1p-23f; }

/// Box and Muller 1958 on the pairs (word 0, word 1) and (word 2, word 3).
GANSH_INLINE void normals(uint32_t a, uint32_t b, float &first, float &second) {
  float radius = __builtin_sqrtf(-2.0f * gansh::logarithm(uniform(a)));
  float cosine, sine;
  gansh::turn(uniform(b), cosine, sine);
  first = radius * cosine;
  second = radius * sine;
}

GANSH_CLONES void fill_blocks(
    float *target, int64_t count, int64_t first, uint64_t seed, uint64_t stream, uint32_t step,
    bool normal) {
  Words words;
  float values[4 * tile];
  philox(words, (uint32_t)first, seed, stream, step);
  if (normal) {
    for (int64_t i = 0; i < tile; i++) {
      normals(words.word[0][i], words.word[1][i], values[4 * i], values[4 * i + 1]);
      normals(words.word[2][i], words.word[3][i], values[4 * i + 2], values[4 * i + 3]);
    }
  } else {
    for (int64_t i = 0; i < tile; i++)
      for (int64_t w = 0; w < 4; w++) values[4 * i + w] = uniform(words.word[w][i]);
  }
  __builtin_memcpy(target, values, (size_t)count * sizeof(float));
}

}  // namespace

void gansh_random(
    float *target, int64_t count, uint64_t seed, uint64_t stream, uint32_t step, bool normal) {
  int64_t tiles = (count + 4 * tile - 1) / (4 * tile);
  int threads = tiles > 4 ? omp_get_max_threads() : 1;
  gansh::parallel(threads, [&](int thread, int total) {
    int64_t begin, end;
    gansh::share(tiles, thread, total, begin, end);
    for (int64_t t = begin; t < end; t++) {
      int64_t offset = t * 4 * tile;
      int64_t size = count - offset < 4 * tile ? count - offset : 4 * tile;
      fill_blocks(target + offset, size, t * tile, seed, stream, step, normal);
    }
  });
}
