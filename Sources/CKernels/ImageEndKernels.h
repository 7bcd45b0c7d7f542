// The ends of networks, where images have up to four channels: a 4x4 convolution of stride 2 and
// padding 1 of a row-major image, and its adjoints. Included where the target attributes of AVX-512
// are in force.

/// The convolution of an image of few channels, the first layer of a network that reads images.
template <class Arithmetic> class ImageStart final : public OwnConvolution {
  gansh_convolution shape;
  TapRows taps;
  int threads;
  int64_t depth;
  size_t thread_words;

public:
  explicit ImageStart(const gansh_convolution &shape)
      : shape(shape), taps(shape), threads(omp_get_max_threads()) {
    depth = taps.count / Arithmetic::packed;
    thread_words = (size_t)(depth * taps.pitch + taps.words);
    scratch = thread_words * (size_t)threads * sizeof(float);
  }

  void run(const float *images, const float *weights, float *result, void *memory) const override {
    int64_t plane = shape.output[0] * shape.output[1] * 16;
    parallel(threads, [&](int thread, int total) {
      float *rows = (float *)memory + (size_t)thread * thread_words;
      int64_t begin, end;
      share(shape.batch * shape.output[0], thread, total, begin, end);
      for (int64_t index = begin; index < end; index++) {
        int64_t image = index / shape.output[0], y = index % shape.output[0];
        read(images, image, y, rows);
        for (int64_t output = 0; output < shape.output_channels; output += 32) {
          float *to = result + (image * shape.output_channels + output) * (plane / 16) +
                      y * shape.output[1] * 16;
          multiply(rows, weights + output * depth, shape.output_channels - output, to, plane);
        }
      }
    });
  }

private:
  void read(const float *images, int64_t image, int64_t y, float *rows) const {
    constexpr int words = 4 / Arithmetic::packed;
    taps.read(
        images, image, y, rows + depth * taps.pitch,
        [&](int64_t row, int64_t column, const __m512 *values) {
          for (int word = 0; word < words; word++)
            _mm512_storeu_ps(
                rows + (row * words + word) * taps.pitch + column,
                Arithmetic::interleave(values + word * Arithmetic::packed));
        });
  }

  void multiply(
      const float *rows, const float *weights, int64_t outputs, float *to, int64_t plane) const {
    int64_t width = shape.output[1];
#define GANSH_PLACES(R)                                                                            \
  if (outputs >= 32)                                                                               \
    block_product<Arithmetic, R, 2, true>(                                                         \
        rows + x, 0, taps.pitch, weights, 32, depth, to + x * 16, 16, false, 16, plane);           \
  else                                                                                             \
    block_product<Arithmetic, R, 1, true>(                                                         \
        rows + x, 0, taps.pitch, weights, 16, depth, to + x * 16, 16, false)
    int64_t x = 0;
    for (; x + 12 <= width; x += 12) { GANSH_PLACES(12); }
    for (; x + 8 <= width; x += 8) { GANSH_PLACES(8); }
    for (; x < width; x++) { GANSH_PLACES(1); }
#undef GANSH_PLACES
  }
};

/// `[outputs / 32][taps][32]`, the taps by channel, row and column.
template <class Arithmetic> class ImageStartWeights final : public PreparedWeights {
  gansh_convolution shape;

public:
  explicit ImageStartWeights(const gansh_convolution &shape) : shape(shape) {
    count = shape.input_channels * 16 * shape.output_channels / Arithmetic::packed;
  }

  void run(const float *weights, float *prepared) const override {
    int64_t channels = shape.input_channels, outputs = shape.output_channels;
    int64_t depth = channels * 16 / Arithmetic::packed;
    for (int64_t k = 0; k < depth; k++)
      for (int64_t output = 0; output < outputs; output += 16) {
        __m512 values[Arithmetic::packed];
        for (int e = 0; e < Arithmetic::packed; e++) {
          int64_t tap = k * Arithmetic::packed + e, channel = tap / 16, place = tap % 16;
          values[e] = _mm512_loadu_ps(weights + (place * channels + channel) * outputs + output);
        }
        int64_t panel = output / 32 * 32, width = std::min<int64_t>(32, outputs - panel);
        _mm512_storeu_ps(
            prepared + panel * depth + k * width + output - panel, Arithmetic::interleave(values));
      }
  }
};

/// The gradient of that layer's weights.
template <class Arithmetic> class ImageStartGradient final : public OwnConvolution {
  gansh_convolution shape;
  TapRows taps;
  int threads;
  int64_t depth, blocks;  // words of a row of results; blocks of outputs
  int64_t row_words, cotangent_words, sum_words;

public:
  explicit ImageStartGradient(const gansh_convolution &shape)
      : shape(shape), taps(shape), threads(omp_get_max_threads()),
        blocks(shape.output_channels / 16) {
    depth = (shape.output[1] + Arithmetic::packed - 1) / Arithmetic::packed;
    row_words = taps.count * taps.pitch + taps.words;
    cotangent_words = blocks * depth * 16;
    sum_words = taps.count * shape.output_channels;
    scratch = (size_t)(threads * (row_words + cotangent_words + sum_words)) * sizeof(float);
  }

  void run(const float *images, const float *cotangent, float *weights, void *memory)
      const override {
    int64_t thread_words = row_words + cotangent_words + sum_words;
    int team = 1;
    parallel(threads, [&](int thread, int total) {
      if (thread == 0) team = total;
      float *rows = (float *)memory + thread * thread_words;
      float *other = rows + row_words, *sums = other + cotangent_words;
      std::fill_n(sums, sum_words, 0.0f);
      int64_t begin, end;
      share(shape.batch * shape.output[0], thread, total, begin, end);
      for (int64_t index = begin; index < end; index++) {
        int64_t image = index / shape.output[0], y = index % shape.output[0];
        taps.read(
            images, image, y, rows + taps.count * taps.pitch,
            [&](int64_t row, int64_t column, const __m512 *values) {
              for (int tap = 0; tap < 4; tap++)
                Arithmetic::store(
                    rows + (row * 4 + tap) * taps.pitch + column / Arithmetic::packed, values[tap]);
            });
        read(cotangent, image, y, other);
        for (int64_t tap = 0; tap < taps.count; tap += 8)
          for (int64_t block = 0; block < blocks; block += 2) {
            const float *a = rows + tap * taps.pitch, *b = other + block * depth * 16;
            float *to = sums + tap * shape.output_channels + block * 16;
            if (block + 1 < blocks)
              block_product<Arithmetic, 8, 2, false>(
                  a, taps.pitch, 1, b, 16, depth, to, shape.output_channels, true, depth * 16);
            else
              block_product<Arithmetic, 8, 1, false>(
                  a, taps.pitch, 1, b, 16, depth, to, shape.output_channels, true);
          }
      }
    });
    const float *sums = (const float *)memory + row_words + cotangent_words;
    add_tap_sums(shape, sums, thread_words, team, weights);
  }

private:
  /// A row of results' gradients, `[blocks][depth][16]`.
  void read(const float *cotangent, int64_t image, int64_t y, float *into) const {
    int64_t width = shape.output[1];
    for (int64_t block = 0; block < blocks; block++) {
      const float *row =
          cotangent + (((image * blocks + block) * shape.output[0] + y) * width) * 16;
      for (int64_t word = 0; word < depth; word++) {
        __m512 values[Arithmetic::packed];
        for (int e = 0; e < Arithmetic::packed; e++) {
          int64_t x = word * Arithmetic::packed + e;
          values[e] = x < width ? _mm512_loadu_ps(row + x * 16) : _mm512_setzero_ps();
        }
        _mm512_storeu_ps(into + (block * depth + word) * 16, Arithmetic::interleave(values));
      }
    }
  }
};

/// The gradient of the image, which is also the last layer of a network that makes images.
///
/// One 2x2 convolution of stride 1 gives the four phases of the image at once, as lanes of one vector:
/// lane 4·phase + channel. A row of phases is then dealt out to two rows of the image.
template <class Arithmetic> class ImageEnd final : public OwnConvolution {
  static constexpr int group = 11;  // places computed together
  gansh_convolution shape;
  int threads;
  int64_t blocks, places, padded;  // places: in a row of phases; padded: with zeros around
  int64_t pitch;                   // words of a place, all channels
  size_t thread_words;

public:
  explicit ImageEnd(const gansh_convolution &shape)
      : shape(shape), threads(omp_get_max_threads()), blocks(shape.output_channels / 16) {
    places = (shape.input[1] + 2) / 2;
    places = (places + group - 1) / group * group;
    padded = std::max(places, shape.output[1]) + 1;
    pitch = blocks * 16 / Arithmetic::packed;
    thread_words = (size_t)(2 * padded * pitch + places * 16);
    scratch = thread_words * (size_t)threads * sizeof(float);
  }

  void run(const float *cotangent, const float *weights, float *images, void *memory)
      const override {
    parallel(threads, [&](int thread, int total) {
      float *rows = (float *)memory + (size_t)thread * thread_words;
      float *phases = rows + 2 * padded * pitch;
      int64_t begin, end;
      share(shape.batch, thread, total, begin, end);
      for (int64_t image = begin; image < end; image++) {
        read(cotangent, image, -1, rows + padded * pitch);
        for (int64_t row = 0; row <= shape.input[0] / 2; row++) {
          // Of the two rows that a place sees, the upper one was the lower one before.
          float *lower = rows + row % 2 * padded * pitch;
          const float *upper = rows + (row + 1) % 2 * padded * pitch;
          read(cotangent, image, row, lower);
          // Two neighbours of a row lie together, as one sum over both.
          for (int64_t place = 0; place < places; place += group) {
            block_product<Arithmetic, group, 1, false>(
                lower + place * pitch, pitch, 1, weights, 16, 2 * pitch, phases + place * 16, 16,
                false);
            block_product<Arithmetic, group, 1, false>(
                upper + place * pitch, pitch, 1, weights + 2 * pitch * 16, 16, 2 * pitch,
                phases + place * 16, 16, true);
          }
          deal_phases(shape, phases, image, row, images);
        }
      }
    });
  }

private:
  /// A row, `[padded, channels]`, after one place of zeros.
  void read(const float *cotangent, int64_t image, int64_t row, float *into) const {
    int64_t height = shape.output[0], width = shape.output[1];
    std::fill_n(into, padded * pitch, 0.0f);
    if (row < 0 || row >= height) return;
    for (int64_t block = 0; block < blocks; block++) {
      const float *source = cotangent + ((image * blocks + block) * height + row) * width * 16;
      float *target = into + pitch + block * 16 / Arithmetic::packed;
      for (int64_t x = 0; x < width; x++)
        Arithmetic::store(target + x * pitch, _mm512_loadu_ps(source + x * 16));
    }
  }
};

/// Weights are `[row][neighbour][output][lane]`: of the rows the place's own first, of the neighbours
/// the one before.
template <class Arithmetic> class ImageEndWeights final : public PreparedWeights {
  gansh_convolution shape;

public:
  explicit ImageEndWeights(const gansh_convolution &shape) : shape(shape) {
    count = 4 * shape.output_channels * 16 / Arithmetic::packed;
  }

  void run(const float *weights, float *prepared) const override {
    int64_t channels = shape.input_channels, outputs = shape.output_channels;
    for (int tap = 0; tap < 4; tap++)
      for (int64_t output = 0; output < outputs; output += Arithmetic::packed) {
        alignas(64) float lanes[Arithmetic::packed][16] = {};
        for (int e = 0; e < Arithmetic::packed; e++)
          for (int phase = 0; phase < 4; phase++)
            for (int64_t channel = 0; channel < channels; channel++) {
              int y = tap / 2 * 2 + phase / 2, x = (1 - tap % 2) * 2 + phase % 2;
              lanes[e][phase * 4 + channel] =
                  weights[((y * 4 + x) * channels + channel) * outputs + output + e];
            }
        __m512 values[Arithmetic::packed];
        for (int e = 0; e < Arithmetic::packed; e++) values[e] = _mm512_load_ps(lanes[e]);
        _mm512_storeu_ps(
            prepared + (tap * outputs + output) / Arithmetic::packed * 16,
            Arithmetic::interleave(values));
      }
  }
};
