// The gradient of an image of up to four channels through a 4x4 convolution of stride 2 and padding 1,
// which is also the last layer of a generator. Included where the target attributes of AVX-512 are in
// force.
//
// One 2x2 convolution of stride 1 gives the four phases of the image at once, as lanes of one vector:
// lane 4·phase + channel. A row of phases is then dealt out to two rows of the image.

class ImageEnd final : public OwnConvolution {
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
    pitch = blocks * 16;
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
            block_product<Float32, group, 1, false>(
                lower + place * pitch, pitch, 1, weights, 16, 2 * pitch, phases + place * 16, 16,
                false);
            block_product<Float32, group, 1, false>(
                upper + place * pitch, pitch, 1, weights + 2 * pitch * 16, 16, 2 * pitch,
                phases + place * 16, 16, true);
          }
          deal(phases, image, row, images);
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
      float *target = into + pitch + block * 16;
      for (int64_t x = 0; x < width; x++)
        _mm512_storeu_ps(target + x * pitch, _mm512_loadu_ps(source + x * 16));
    }
  }

  void deal(const float *phases, int64_t image, int64_t row, float *images) const {
    int64_t height = shape.input[0], width = shape.input[1];
    for (int64_t channel = 0; channel < shape.input_channels; channel++)
      for (int p = 0; p < 2; p++) {
        int64_t y = 2 * row + p - 1;
        if (y < 0 || y >= height) continue;
        float *target = images + ((image * shape.input_channels + channel) * height + y) * width;
        const float *even = phases + (2 * p + 1) * 4 + channel, *odd = phases + 2 * p * 4 + channel;
        for (int64_t x = 0; x + 1 < width; x += 2) {
          target[x] = even[x / 2 * 16];
          target[x + 1] = odd[(x / 2 + 1) * 16];
        }
        if (width % 2) target[width - 1] = even[width / 2 * 16];
      }
  }
};

/// Weights are `[row][neighbour][output][lane]`: of the rows the place's own first, of the neighbours
/// the one before.
class ImageEndWeights final : public PreparedWeights {
  gansh_convolution shape;

public:
  explicit ImageEndWeights(const gansh_convolution &shape) : shape(shape) {
    count = 4 * shape.output_channels * 16;
  }

  void run(const float *weights, float *prepared) const override {
    int64_t channels = shape.input_channels, outputs = shape.output_channels;
    std::fill_n(prepared, count, 0.0f);
    for (int y = 0; y < 4; y++)
      for (int x = 0; x < 4; x++)
        for (int64_t channel = 0; channel < channels; channel++)
          for (int64_t output = 0; output < outputs; output++) {
            int tap = y / 2 * 2 + 1 - x / 2, phase = y % 2 * 2 + x % 2;
            prepared[(tap * outputs + output) * 16 + phase * 4 + channel] =
                weights[((y * 4 + x) * channels + channel) * outputs + output];
          }
  }
};
