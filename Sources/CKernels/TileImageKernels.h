// The ends of networks in tiles, where images have up to four channels: a 4x4 convolution of stride 2 and padding 1
// of a row-major image, and its adjoints. Included where the target attributes of AMX are in force.

/// The convolution of an image of few channels: a row of a tile is what sixteen neighbouring results see, the taps
/// by channel, row and column of the kernel.
class TileImageStart final : public OwnConvolution {
  gansh_convolution shape;
  TapRows taps;
  const int threads;
  int64_t depth;           // tiles of taps
  int64_t positions;       // tiles of them, of a row of results
  int64_t rows;            // of results at a time
  int64_t thread_bytes;

public:
  explicit TileImageStart(const gansh_convolution &shape)
      : shape(shape), taps(shape), threads(omp_get_max_threads()) {
    depth = (taps.count + 31) / 32;
    positions = (shape.output[1] + 15) / 16;
    rows = (3 + positions) / positions;
    thread_bytes = rows * positions * depth * tile_values * 2 + 4 * tile_sums * 4 + taps.words * 4;
    thread_bytes = (thread_bytes + 63) / 64 * 64 + 192;
    scratch = (size_t)(thread_bytes * threads);
  }

  void run(const float *images, const float *weights, float *result, void *memory) const override {
    const int64_t all = shape.batch * shape.output[0], pieces = pieces_for(threads, all);
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      const TileScope tiles;
      uint16_t *left = (uint16_t *)((char *)memory + thread * thread_bytes);
      float *sums = (float *)(left + rows * positions * depth * tile_values);
      int64_t begin, end;
      share(all, piece, pieces, begin, end);
      for (int64_t first = begin; first < end; first += rows) {
        const int64_t count = std::min(rows, end - first);
        for (int64_t row = 0; row < count; row++)
          read(
              images, (first + row) / shape.output[0], (first + row) % shape.output[0], sums + 4 * tile_sums,
              left + row * positions * depth * tile_values);
        multiply(left, (const uint16_t *)weights, first, count * positions, sums, result);
      }
    });
  }

private:
  void read(const float *images, int64_t image, int64_t y, float *memory, uint16_t *left) const {
    // Pairs of taps of sixteen positions; a row of the kernel has two.
    taps.read(images, image, y, memory, [&](int64_t row, int64_t column, const __m512 *values) {
      if (column / 16 >= positions) return;
      uint16_t *tile = left + (column / 16 * depth + row / 8) * tile_values;
      for (int64_t pair = 0; pair < 2; pair++)
        _mm512_storeu_si512(
            tile + (row % 8 * 2 + pair) * 32, pairs_of_tile(values[2 * pair], values[2 * pair + 1]));
    });
    for (int64_t number = 0; number < positions * depth; number++) {
      uint16_t *tile = left + number * tile_values;
      const int64_t pairs = std::min<int64_t>(16, taps.count / 2 - number % depth * 16);
      __m512 words[16];
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++)
        words[i] = i < pairs ? _mm512_loadu_ps((float *)(tile + i * 32)) : _mm512_setzero_ps();
      transpose(words);
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) _mm512_storeu_ps((float *)(tile + i * 32), words[i]);
    }
  }

  /// Some tiles of positions, from a row of results on.
  void multiply(
      const uint16_t *left, const uint16_t *weights, int64_t first, int64_t tiles, float *sums,
      float *result) const {
    const int64_t height = shape.output[0], width = shape.output[1];
    for (int64_t column = 0; column < shape.output_channels; column += 16, weights += depth * tile_values)
      for (int64_t tile = 0; tile < tiles; tile += 4) {
        // Sixteen results lie together; a tile that reaches beyond the row goes through memory of its own.
        float *targets[4];
        int64_t counts[4];
        const int64_t count = std::min<int64_t>(4, tiles - tile);
        for (int64_t i = 0; i < count; i++) {
          const int64_t row = first + (tile + i) / positions, x = (tile + i) % positions * 16;
          counts[i] = std::min<int64_t>(16, width - x);
          targets[i] = result + (((row / height * shape.output_channels + column) * height) +
                                 row % height * 16) * width + x * 16;
        }
        auto place = [&](int64_t i) { return counts[i] == 16 ? targets[i] : sums + i * tile_sums; };
        with_rows(count, [&](auto number) __attribute__((always_inline)) {
          using Sums = TileSums<decltype(number)::value>;
          Sums::clear();
          for (int64_t k = 0; k < depth; k++)
            Sums::add(
                left + (tile * depth + k) * tile_values, depth * tile_values, weights + k * tile_values);
          Sums::store(place, 16);
        });
        for (int64_t i = 0; i < count; i++)
          if (counts[i] < 16) std::copy_n(sums + i * tile_sums, counts[i] * 16, targets[i]);
      }
  }
};

/// `[outputs / 16][tile of taps][pair][16][2]`.
class TileImageStartWeights final : public PreparedWeights {
  gansh_convolution shape;
  int64_t depth;

public:
  explicit TileImageStartWeights(const gansh_convolution &shape) : shape(shape) {
    depth = (shape.input_channels * 16 + 31) / 32;
    count = depth * 16 * shape.output_channels;
  }

  void run(const float *weights, float *prepared) const override {
    const int64_t channels = shape.input_channels, outputs = shape.output_channels;
    for (int64_t output = 0; output < outputs; output += 16) {
      uint16_t *first = (uint16_t *)prepared + output * depth * 32;
      for (int64_t pair = 0; pair < depth * 16; pair++) {
        __m512 values[2];
        for (int e = 0; e < 2; e++) {
          const int64_t tap = 2 * pair + e, channel = tap / 16, place = tap % 16;
          values[e] = channel < channels
                          ? _mm512_loadu_ps(weights + (place * channels + channel) * outputs + output)
                          : _mm512_setzero_ps();
        }
        _mm512_storeu_si512(first + pair * 32, pairs_of_tile(values[0], values[1]));
      }
    }
  }
};

/// The gradient of that layer's weights: taps a row, summed over positions.
class TileImageStartGradient final : public OwnConvolution {
  static constexpr int64_t chunk = 16;  // rows of results at a time
  gansh_convolution shape;
  TapRows taps;
  const int threads;
  int64_t row_tiles, tap_tiles, blocks;
  int64_t pieces;  // of the rows of results, each with sums of its own
  int64_t left_values, right_values, sum_count, thread_bytes;

public:
  explicit TileImageStartGradient(const gansh_convolution &shape)
      : shape(shape), taps(shape), threads(omp_get_max_threads()) {
    row_tiles = (shape.output[1] + 31) / 32;
    tap_tiles = taps.count / 16;
    blocks = shape.output_channels / 16;
    left_values = tap_tiles * chunk * row_tiles * tile_values;
    right_values = blocks * chunk * row_tiles * tile_values;
    sum_count = taps.count * shape.output_channels;
    thread_bytes = (left_values + right_values) * 2 + (taps.words + 32) * 4;
    thread_bytes = (thread_bytes + 63) / 64 * 64 + 192;
    pieces = pieces_for(threads, shape.batch * shape.output[0]);
    scratch = (size_t)(thread_bytes * threads + pieces * sum_count * 4);
  }

  void run(const float *images, const float *cotangent, float *weights, void *memory) const override {
    float *const all_sums = (float *)((char *)memory + thread_bytes * threads);
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      const TileScope tiles;
      uint16_t *left = (uint16_t *)((char *)memory + thread * thread_bytes), *right = left + left_values;
      float *taps_memory = (float *)(right + right_values), *sums = all_sums + piece * sum_count;
      std::fill_n(sums, sum_count, 0.0f);
      int64_t begin, end;
      share(shape.batch * shape.output[0], piece, pieces, begin, end);
      for (int64_t first = begin; first < end; first += chunk) {
        const int64_t rows = std::min(chunk, end - first), depth = rows * row_tiles;
        for (int64_t row = 0; row < rows; row++) {
          const int64_t image = (first + row) / shape.output[0], y = (first + row) % shape.output[0];
          read(images, image, y, row * row_tiles, depth, taps_memory, left);
          read(cotangent, image, y, row * row_tiles, depth, right);
        }
        multiply(left, right, depth, sums);
      }
    });
    add_tap_sums(shape, all_sums, sum_count, pieces, weights);
  }

private:
  /// A row of results as their taps see it: 32 positions a row of a tile.
  void read(
      const float *images, int64_t image, int64_t y, int64_t tile, int64_t depth, float *memory,
      uint16_t *left) const {
    const int64_t width = shape.output[1];
    taps.read(images, image, y, memory, [&](int64_t row, int64_t column, const __m512 *values) {
      if (column >= width) return;
      for (int64_t kernel = 0; kernel < 4; kernel++) {
        const int64_t tap = row * 4 + kernel;
        uint16_t *to = left + ((tap / 16 * depth + tile + column / 32) * 16 + tap % 16) * 32 + column % 32;
        // What taps see beyond the row meets zeros of the gradient, but has to be a number.
        _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(values[kernel]));
        if (column % 32 == 0 && column + 16 >= width)
          _mm256_storeu_si256((__m256i *)(to + 16), _mm256_setzero_si256());
      }
    });
  }

  /// A row of results' gradients, in pairs of positions.
  void read(
      const float *cotangent, int64_t image, int64_t y, int64_t tile, int64_t depth, uint16_t *right) const {
    const int64_t width = shape.output[1];
    for (int64_t block = 0; block < blocks; block++) {
      const float *row = cotangent + (((image * blocks + block) * shape.output[0] + y) * width) * 16;
      uint16_t *to = right + (block * depth + tile) * tile_values;
      for (int64_t x = 0; x < row_tiles * 32; x += 2)
        _mm512_storeu_si512(
            to + x * 16, pairs_of_tile(
                             x < width ? _mm512_loadu_ps(row + x * 16) : _mm512_setzero_ps(),
                             x + 1 < width ? _mm512_loadu_ps(row + x * 16 + 16) : _mm512_setzero_ps()));
    }
  }

  void multiply(const uint16_t *left, const uint16_t *right, int64_t depth, float *sums) const {
    multiply_tiles(
        tap_tiles, blocks, left, depth * tile_values, right, depth * tile_values, depth, true, sums,
        16 * shape.output_channels, 16, shape.output_channels, [] {});
  }
};

/// The convolution whose results are the phases of an image's gradient: of 2x2 taps, each result sixteen lanes, of
/// which each four are the channels of a phase.
static gansh_convolution phases_of_image(const gansh_convolution &shape) {
  gansh_convolution phases = shape;
  phases.input_channels = shape.output_channels;
  phases.output_channels = 16;
  for (int axis = 0; axis < 2; axis++) {
    phases.input[axis] = shape.output[axis];
    phases.output[axis] = shape.input[axis] / 2 + 1;
    phases.kernel[axis] = 2;
    phases.stride[axis] = 1;
    phases.padding_low[axis] = 1;
    phases.padding_high[axis] = phases.output[axis] - shape.output[axis];
  }
  return phases;
}

/// The gradient of the image, which is also the last layer of a network that makes images.
class TileImageEnd final : public OwnConvolution {
  const gansh_convolution shape, phases;
  const TileCorrelation correlation;
  const int threads;
  const int64_t phase_count;

public:
  explicit TileImageEnd(const gansh_convolution &given)
      : shape(given), phases(phases_of_image(given)), correlation(phases, gansh_forward),
        threads(omp_get_max_threads()),
        phase_count((phases.batch * phases.output[0] * phases.output[1] * 16 + 1023) / 1024 * 1024) {
    scratch = (size_t)phase_count * 4 + correlation.scratch;
  }

  void run(const float *cotangent, const float *weights, float *images, void *memory) const override {
    float *places = (float *)memory;
    correlation.run(cotangent, weights, places, places + phase_count);
    const int64_t rows = shape.batch * phases.output[0], pieces = pieces_for(threads, rows);
    parallel_pieces(threads, pieces, [&](int64_t piece, int) {
      int64_t begin, end;
      share(rows, piece, pieces, begin, end);
      for (int64_t row = begin; row < end; row++)
        deal_phases(
            shape, places + row * phases.output[1] * 16, row / phases.output[0], row % phases.output[0], images);
    });
  }
};

/// Tiles of the right operand whose columns are the lanes of a place: `[tap][block of 32 outputs][pair][16][2]`.
class TileImageEndWeights final : public PreparedWeights {
  const gansh_convolution shape;
  const Correlation correlation;

public:
  explicit TileImageEndWeights(const gansh_convolution &given)
      : shape(given), correlation(phases_of_image(given), gansh_forward) {
    count = correlation.tap_count() * correlation.source_blocks() * tile_values / 2;
  }

  void run(const float *weights, float *prepared) const override {
    uint16_t *to = (uint16_t *)prepared;
    for (const Tap &tap : correlation.phases[0].taps)
      for (int64_t output = 0; output < correlation.source_blocks() * 32; output += 2, to += 32)
        _mm512_storeu_si512(
            to, pairs_of_tile(lanes(weights, tap.weight, output), lanes(weights, tap.weight, output + 1)));
  }

private:
  /// What an output adds to the lanes of a place: of each phase of the image its channels, by an element of the 2x2.
  __m512 lanes(const float *weights, int64_t tap, int64_t output) const {
    alignas(64) float lanes[16] = {};
    for (int64_t phase = 0; phase < 4 && output < shape.output_channels; phase++)
      for (int64_t channel = 0; channel < shape.input_channels; channel++) {
        const int64_t y = (1 - tap / 2) * 2 + phase / 2, x = (1 - tap % 2) * 2 + phase % 2;
        lanes[phase * 4 + channel] =
            weights[((y * 4 + x) * shape.input_channels + channel) * shape.output_channels + output];
      }
    return _mm512_load_ps(lanes);
  }
};
