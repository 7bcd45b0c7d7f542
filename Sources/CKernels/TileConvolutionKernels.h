// The kernels of convolutions in tiles. Included where the target attributes of AMX are in force.
//
// What is summed over is brought to bfloat16 with channels innermost, 32 of them a line, as planes: one for each
// phase of the stride and each column of the kernel, with zeros where the kernel sees beyond the image. Sixteen
// neighbouring positions of the result are then sixteen lines of a plane whatever the column of the kernel, and
// a row of the kernel is a constant offset. Of small images several lie side by side, so that their positions fill
// tiles too.

/// The element of an image that a plane begins with.
struct Plane {
  int64_t row, column;
};

/// Where an element of the kernel meets the source: a plane, and a row of it.
struct Tap {
  int64_t plane, row;
  int64_t weight;  // of the kernel, row-major
};

/// Neighbouring results that the same elements of the kernel make. A convolution has one such phase, its adjoint
/// one for each residue of the stride.
struct Phase {
  int64_t row, column;  // of its first element in the result
  int64_t rows, columns;
  std::vector<Tap> taps;
};

/// A convolution or the adjoint that gives the images' gradient, as sums over taps of planes.
struct Correlation {
  int64_t source_channels, source_height, source_width;
  int64_t target_channels, target_height, target_width;
  int64_t source_step[2], target_step[2];  // from an element of a plane, of a phase, to the next
  int64_t rows, columns;                   // of the largest phase
  int64_t plane_rows;
  std::vector<Plane> planes;
  std::vector<Phase> phases;

  Correlation(const gansh_convolution &shape, gansh_direction direction) {
    if (direction == gansh_input_gradient)
      adjoint(shape);
    else
      forward(shape);
  }

  /// Of 32 channels.
  int64_t source_blocks() const { return (source_channels + 31) / 32; }
  int64_t tap_count() const {
    int64_t count = 0;
    for (const Phase &phase : phases) count += (int64_t)phase.taps.size();
    return count;
  }

private:
  void forward(const gansh_convolution &shape) {
    source_channels = shape.input_channels;
    source_height = shape.input[0], source_width = shape.input[1];
    target_channels = shape.output_channels;
    target_height = rows = shape.output[0], target_width = columns = shape.output[1];
    Phase phase{0, 0, rows, columns, {}};
    for (int axis = 0; axis < 2; axis++) {
      source_step[axis] = shape.stride[axis];
      target_step[axis] = 1;
    }
    for (int64_t p = 0; p < std::min(shape.stride[0], shape.kernel[0]); p++)
      for (int64_t residue = 0; residue < std::min(shape.stride[1], shape.kernel[1]); residue++)
        for (int64_t x = residue; x < shape.kernel[1]; x += shape.stride[1]) {
          for (int64_t y = p; y < shape.kernel[0]; y += shape.stride[0])
            phase.taps.push_back(
                {(int64_t)planes.size(), y / shape.stride[0], y * shape.kernel[1] + x});
          planes.push_back({p - shape.padding_low[0], x - shape.padding_low[1]});
        }
    plane_rows = rows + (shape.kernel[0] + shape.stride[0] - 1) / shape.stride[0] - 1;
    phases.push_back(std::move(phase));
  }

  /// The elements of an image along an axis that one residue of the stride meets: element first + stride · i is
  /// the sum of kernel[phase + stride · a] times the result's gradient at start + i - a.
  struct Residue {
    int64_t first, start, count, taps;
    Residue(const gansh_convolution &shape, int axis, int64_t phase) {
      const int64_t stride = shape.stride[axis], pad = shape.padding_low[axis];
      first = ((phase - pad) % stride + stride) % stride;
      start = (first + pad) / stride;
      count = std::max<int64_t>(0, (shape.input[axis] - first + stride - 1) / stride);
      taps = std::max<int64_t>(0, (shape.kernel[axis] - phase + stride - 1) / stride);
    }
  };

  void adjoint(const gansh_convolution &shape) {
    source_channels = shape.output_channels;
    source_height = shape.output[0], source_width = shape.output[1];
    target_channels = shape.input_channels;
    target_height = shape.input[0], target_width = shape.input[1];
    int64_t least[2] = {0, 0}, most[2] = {0, 0}, extent[2] = {0, 0};
    for (int axis = 0; axis < 2; axis++) {
      source_step[axis] = 1;
      target_step[axis] = shape.stride[axis];
      for (int64_t p = 0; p < shape.stride[axis]; p++) {
        const Residue residue(shape, axis, p);
        if (p == 0) least[axis] = most[axis] = residue.start;
        least[axis] = std::min(least[axis], residue.start - residue.taps + 1);
        most[axis] = std::max(most[axis], residue.start);
        extent[axis] = std::max(extent[axis], residue.count);
      }
    }
    rows = extent[0], columns = extent[1];
    plane_rows = rows + most[0] - least[0];
    for (int64_t shift = least[1]; shift <= most[1]; shift++) planes.push_back({least[0], shift});
    for (int64_t p = 0; p < shape.stride[0]; p++)
      for (int64_t q = 0; q < shape.stride[1]; q++) {
        const Residue down(shape, 0, p), across(shape, 1, q);
        Phase phase{down.first, across.first, down.count, across.count, {}};
        for (int64_t b = 0; b < across.taps; b++)
          for (int64_t a = 0; a < down.taps; a++)
            phase.taps.push_back(
                {across.start - b - least[1], down.start - a - least[0],
                 (p + shape.stride[0] * a) * shape.kernel[1] + q + shape.stride[1] * b});
        phases.push_back(std::move(phase));
      }
  }
};

/// The elements [from, to) of a row of a plane that lie within the image.
struct Inside {
  int64_t from, to;
  Inside(int64_t first, int64_t step, int64_t count, int64_t extent) {
    from = first >= 0 ? 0 : std::min(count, (-first + step - 1) / step);
    to = first >= extent ? from : std::max(from, std::min(count, (extent - first + step - 1) / step));
  }
};

// MARK: Forward and input gradient

class TileCorrelation final : public OwnConvolution {
  const Correlation correlation;
  const int64_t batch;
  const int threads;
  int64_t together;         // images that lie side by side
  int64_t positions;        // of a phase of so many images, of which a plane's rows have `pitch`
  int64_t pitch;
  int64_t block_values, group_values;  // of 32 channels of a plane; of all planes
  int64_t chunk;            // groups that are brought to bfloat16 at a time
  int64_t thread_bytes;
  std::vector<std::vector<int64_t>> places;       // of positions, by phase; -1 where the result has none
  std::vector<std::vector<int64_t>> tap_offsets;  // in a group, by phase

public:
  TileCorrelation(const gansh_convolution &shape, gansh_direction direction)
      : correlation(shape, direction), batch(shape.batch), threads(omp_get_max_threads()) {
    together = images_together((batch + threads - 1) / threads);
    pitch = together * correlation.columns;
    positions = (correlation.rows * pitch + 15) / 16 * 16;
    // A tile may reach beyond the last row; what it finds there is thrown away.
    block_values = (correlation.plane_rows * pitch + 32) * 32;
    group_values = (int64_t)correlation.planes.size() * correlation.source_blocks() * block_values;
    // As many as stay in the second cache, and, where weights are soon read again, so few that threads can share them.
    const int64_t groups = (batch + together - 1) / together;
    const int64_t weights = correlation.tap_count() * correlation.source_channels * correlation.target_channels * 2;
    const int64_t most = std::max<int64_t>(1, (1200 << 10) / (group_values * 2));
    const int64_t pieces = threads > 1 ? threads * (weights <= 1 << 20 ? 4 : 1) : 1;
    const int64_t chunks = std::max((groups + most - 1) / most, std::min(pieces, groups));
    chunk = (groups + chunks - 1) / chunks;
    thread_bytes = (chunk * group_values * 2 + 4 * tile_sums * 4 + 4095) / 4096 * 4096 + 192;
    scratch = (size_t)(thread_bytes * threads);
    for (const Phase &phase : correlation.phases) {
      places.push_back(places_of(phase));
      std::vector<int64_t> offsets;
      for (const Tap &tap : phase.taps)
        offsets.push_back(
            tap.plane * correlation.source_blocks() * block_values + tap.row * pitch * 32);
      tap_offsets.push_back(std::move(offsets));
    }
  }

  void run(const float *source, const float *weights, float *result, void *memory) const override {
    const int64_t images = chunk * together;
    parallel_pieces(threads, (batch + images - 1) / images, [&](int64_t piece, int thread) {
      float *sums = (float *)((char *)memory + thread * thread_bytes);
      uint16_t *planes = (uint16_t *)(sums + 4 * tile_sums);
      const TileScope tiles;
      const int64_t first = piece * images, last = std::min(batch, first + images);
      for (int64_t place = 0; place < last - first; place++)
        read(source, first + place, place % together, planes + place / together * group_values);
      multiply(planes, (const uint16_t *)weights, first, last, sums, result);
    });
  }

private:
  /// So many that their positions fill tiles.
  int64_t images_together(int64_t own) const {
    auto waste = [&](int64_t count) {
      const int64_t all = correlation.rows * correlation.columns * count;
      return (double)((all + 15) / 16 * 16) / (double)all;
    };
    int64_t best = 1;
    for (int64_t count = 2; count <= 8 && count <= own; count *= 2)
      if (waste(count) < 0.97 * waste(best)) best = count;
    return best;
  }

  std::vector<int64_t> places_of(const Phase &phase) const {
    const auto &c = correlation;
    std::vector<int64_t> places((size_t)positions, -1);
    for (int64_t row = 0; row < phase.rows; row++)
      for (int64_t image = 0; image < together; image++)
        for (int64_t column = 0; column < phase.columns; column++) {
          const int64_t y = phase.row + row * c.target_step[0];
          const int64_t x = phase.column + column * c.target_step[1];
          places[(size_t)(row * pitch + image * c.columns + column)] =
              image * c.target_channels * c.target_height * c.target_width +
              (y * c.target_width + x) * 16;
        }
    return places;
  }

  /// Brings an image to the planes of a group.
  void read(const float *source, int64_t image, int64_t place, uint16_t *group) const {
    const auto &c = correlation;
    const int64_t plane_size = c.source_height * c.source_width * 16;
    const int64_t blocks = c.source_channels / 16;
    const float *first = source + image * blocks * plane_size;
    for (const Plane &plane : c.planes)
      for (int64_t block = 0; block < blocks; block += 2, group += block_values) {
        const float *low = first + block * plane_size;
        const float *high = block + 1 < blocks ? low + plane_size : nullptr;
        const Inside rows(plane.row, c.source_step[0], c.plane_rows, c.source_height);
        const Inside columns(plane.column, c.source_step[1], c.columns, c.source_width);
        for (int64_t row = 0; row < c.plane_rows; row++) {
          uint16_t *to = group + (row * pitch + place * c.columns) * 32;
          if (row < rows.from || row >= rows.to) {
            std::fill_n(to, c.columns * 32, (uint16_t)0);
            continue;
          }
          const int64_t y = plane.row + row * c.source_step[0];
          const int64_t offset = (y * c.source_width + plane.column) * 16, step = c.source_step[1] * 16;
          for (int64_t x = 0; x < columns.from; x++) _mm512_storeu_si512(to + x * 32, _mm512_setzero_si512());
          for (int64_t x = columns.from; x < columns.to; x++) {
            const int64_t at = offset + x * step;
            const __m512 second = high ? _mm512_loadu_ps(high + at) : _mm512_setzero_ps();
            _mm512_storeu_si512(to + x * 32, row_of_tile(_mm512_loadu_ps(low + at), second));
          }
          for (int64_t x = columns.to; x < c.columns; x++)
            _mm512_storeu_si512(to + x * 32, _mm512_setzero_si512());
        }
      }
  }

  void multiply(
      const uint16_t *planes, const uint16_t *weights, int64_t first, int64_t last, float *sums,
      float *result) const {
    const auto &c = correlation;
    const int64_t blocks = c.source_blocks();
    const int64_t target_plane = c.target_height * c.target_width * 16;
    const int64_t target_image = c.target_channels / 16 * target_plane;
    for (size_t number = 0; number < c.phases.size(); number++) {
      const std::vector<int64_t> &offsets = tap_offsets[number];
      const int64_t panel_values = (int64_t)offsets.size() * blocks * tile_values;
      for (int64_t column = 0; column < c.target_channels; column += 16, weights += panel_values)
        for (int64_t image = first; image < last; image += together) {
          const uint16_t *group = planes + (image - first) / together * group_values;
          float *to = result + image * target_image + column / 16 * target_plane;
          const int64_t limit = std::min(together, last - image) * target_image;
          for (int64_t position = 0; position < positions; position += 64)
            with_rows((positions - position) / 16, [&](auto rows) __attribute__((always_inline)) {
              product<decltype(rows)::value>(
                  group + position * 32, offsets, blocks, weights, sums,
                  places[number].data() + position, limit, to);
            });
        }
    }
  }

  /// Up to 64 positions of sixteen channels of the result.
  template <int Rows>
  GANSH_FORCE void product(
      const uint16_t *left, const std::vector<int64_t> &taps, int64_t blocks, const uint16_t *right,
      float *sums, const int64_t *place, int64_t limit, float *to) const {
    using Sums = TileSums<Rows>;
    Sums::clear();
    for (const int64_t tap : taps) {
      const uint16_t *from = left + tap;
      for (int64_t block = 0; block < blocks; block++, from += block_values, right += tile_values)
        Sums::add(from, tile_values, right);
    }
    Sums::store([&](int64_t row) { return sums + row * tile_sums; }, 16);
    for (int i = 0; i < Rows * 16; i++)
      if (place[i] >= 0 && place[i] < limit) _mm512_storeu_ps(to + place[i], _mm512_load_ps(sums + i * 16));
  }
};

/// Weights as tiles of the right operand: `[phase][sixteen of the result][tap][block of 32][pair][16][2]`.
class TileWeights final : public PreparedWeights {
  const Correlation correlation;
  const bool is_adjoint;
  const int64_t channels, outputs;  // of the layer
  const int threads;

public:
  TileWeights(const gansh_convolution &shape, gansh_direction direction)
      : correlation(shape, direction), is_adjoint(direction == gansh_input_gradient),
        channels(shape.input_channels), outputs(shape.output_channels), threads(omp_get_max_threads()) {
    count = correlation.tap_count() * correlation.source_blocks() * 16 * correlation.target_channels;
  }

  void run(const float *weights, float *prepared) const override {
    const auto &c = correlation;
    const int64_t blocks = c.source_blocks();
    const int64_t count = c.target_channels / 16 * c.tap_count(), pieces = pieces_for(threads, count);
    parallel_pieces(threads, pieces, [&](int64_t piece, int) {
      int64_t index = 0, begin, end;
      share(count, piece, pieces, begin, end);
      uint16_t *to = (uint16_t *)prepared + begin * blocks * tile_values;
      for (const Phase &phase : c.phases)
        for (int64_t column = 0; column < c.target_channels; column += 16)
          for (const Tap &tap : phase.taps) {
            if (index >= begin && index < end)
              for (int64_t block = 0; block < blocks; block++, to += tile_values)
                tile(weights + tap.weight * channels * outputs, block * 32, column, to);
            index++;
          }
    });
  }

private:
  /// A tile of 32 channels that are summed over, for sixteen of the result.
  void tile(const float *from, int64_t source, int64_t target, uint16_t *to) const {
    const bool has_second = source + 16 < correlation.source_channels;
    if (!is_adjoint) {
      for (int64_t pair = 0; pair < 16; pair++) {
        const float *row = from + (source + 2 * pair) * outputs + target;
        _mm512_storeu_si512(
            to + pair * 32, pair < 8 || has_second
                                ? pairs_of_tile(_mm512_loadu_ps(row), _mm512_loadu_ps(row + outputs))
                                : _mm512_setzero_si512());
      }
      return;
    }
    __m512 rows[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      const float *row = from + (target + i) * outputs + source;
      rows[i] = (__m512)row_of_tile(
          _mm512_loadu_ps(row), has_second ? _mm512_loadu_ps(row + 16) : _mm512_setzero_ps());
    }
    transpose(rows);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) _mm512_storeu_ps((float *)(to + i * 32), rows[i]);
  }
};

// MARK: Weight gradient

/// A product over positions: images with sixteen channels a row of a tile, times pairs of positions of the
/// result's gradient. Rows of planes are filled up to 32 positions, so that a row of the kernel is an offset of
/// whole tiles.
class TileWeightGradient final : public OwnConvolution {
  const gansh_convolution shape;
  const Correlation correlation;
  const int threads;
  int64_t channel_blocks, output_blocks;  // of 16
  int64_t together, row_tiles;            // images side by side; tiles of a row of planes
  int64_t group_tiles, plane_tiles;       // of a group's result, and of a plane of it
  int64_t chunk;                          // groups at a time
  int64_t cotangent_bytes, plane_bytes;   // of these; of two blocks of a plane, for each thread
  std::vector<int64_t> cotangent_offsets;
  std::vector<std::vector<int64_t>> plane_offsets;

public:
  explicit TileWeightGradient(const gansh_convolution &given)
      : shape(given), correlation(given, gansh_forward), threads(omp_get_max_threads()) {
    channel_blocks = shape.input_channels / 16;
    output_blocks = shape.output_channels / 16;
    together = images_together();
    row_tiles = (together * shape.output[1] + 31) / 32;
    group_tiles = shape.output[0] * row_tiles;
    plane_tiles = correlation.plane_rows * row_tiles;
    const int64_t groups = (shape.batch + together - 1) / together;
    const int64_t bytes = (output_blocks * group_tiles + 2 * plane_tiles) * tile_values * 2;
    const int64_t most = std::max<int64_t>(1, (1400 << 10) / bytes);
    const int64_t chunks = (groups + most - 1) / most;
    chunk = (groups + chunks - 1) / chunks;
    // What is written together must not meet in one set of the cache, hence the odd lines.
    cotangent_bytes = output_blocks * chunk * group_tiles * tile_values * 2 + 192;
    plane_bytes = (2 * chunk * plane_tiles * tile_values * 2 + 4095) / 4096 * 4096 + 192;
    scratch = (size_t)(cotangent_bytes + threads * plane_bytes);
    const int64_t one[2] = {1, 1};
    cotangent_offsets = offsets_of({0, 0}, one, shape.output_channels, shape.output, shape.output[0]);
    for (const Plane &plane : correlation.planes)
      plane_offsets.push_back(
          offsets_of(plane, shape.stride, shape.input_channels, shape.input, correlation.plane_rows));
  }

  void run(const float *images, const float *cotangent, float *weights, void *memory) const override {
    uint16_t *cotangents = (uint16_t *)memory;
    const int64_t pairs = (channel_blocks + 1) / 2, planes = (int64_t)correlation.planes.size();
    for (int64_t first = 0; first < shape.batch; first += chunk * together) {
      const int64_t last = std::min(shape.batch, first + chunk * together);
      const int64_t groups = (last - first + together - 1) / together;
      parallel_pieces(threads, output_blocks * groups, [&](int64_t piece, int) {
        read_cotangent(cotangent, piece / groups, piece % groups, first, last, groups, cotangents);
      });
      // Each piece makes weights of its own: those of a column of the kernel and two blocks of channels.
      parallel_pieces(threads, planes * pairs, [&](int64_t piece, int thread) {
        const TileScope tiles;
        uint16_t *own = (uint16_t *)((char *)memory + cotangent_bytes + thread * plane_bytes);
        const int64_t plane = piece / pairs, block = piece % pairs * 2;
        const int64_t blocks = std::min<int64_t>(2, channel_blocks - block);
        for (int64_t i = 0; i < blocks; i++)
          read_plane(images, plane, block + i, first, last, groups, own + i * groups * plane_tiles * tile_values);
        multiply(own, cotangents, groups, plane, block, blocks, first > 0, weights);
      });
    }
  }

private:
  int64_t images_together() const {
    auto waste = [&](int64_t count) {
      const int64_t all = shape.output[1] * count;
      return (double)((all + 31) / 32 * 32) / (double)all;
    };
    int64_t best = 1;
    for (int64_t count = 2; count <= 32 && count <= shape.batch; count *= 2)
      if (waste(count) < 0.9 * waste(best)) best = count;
    return best;
  }

  /// Sixteen channels of a group's result's gradient, in pairs of positions.
  void read_cotangent(
      const float *cotangent, int64_t block, int64_t group, int64_t first, int64_t last, int64_t groups,
      uint16_t *cotangents) const {
    const int64_t size = shape.output[0] * shape.output[1], image = first + group * together;
    const float *from = cotangent + (image * shape.output_channels + block * 16) * size;
    const int64_t limit = std::min(together, last - image) * shape.output_channels * size;
    uint16_t *to = cotangents + (block * groups + group) * group_tiles * tile_values;
    for (int64_t tile = 0; tile < group_tiles; tile++, to += tile_values) {
      __m512 pairs[16];
      read(from, cotangent_offsets.data() + tile * 32, limit, pairs);
      store_tile(pairs, to);
    }
  }

  /// Sixteen channels of a plane, a channel a row.
  void read_plane(
      const float *images, int64_t plane, int64_t block, int64_t first, int64_t last, int64_t groups,
      uint16_t *to) const {
    const int64_t size = shape.input[0] * shape.input[1];
    for (int64_t group = 0; group < groups; group++) {
      const int64_t image = first + group * together;
      const float *from = images + (image * shape.input_channels + block * 16) * size;
      const int64_t limit = std::min(together, last - image) * shape.input_channels * size;
      for (int64_t tile = 0; tile < plane_tiles; tile++, to += tile_values) {
        __m512 pairs[16];
        read(from, plane_offsets[(size_t)plane].data() + tile * 32, limit, pairs);
        transpose(pairs);
        store_tile(pairs, to);
      }
    }
  }

  /// Where 32 positions of a row of a plane lie, seen from the first image of a group; -1 beyond an image.
  std::vector<int64_t> offsets_of(
      Plane plane, const int64_t step[2], int64_t channels, const int64_t size[2], int64_t rows) const {
    std::vector<int64_t> offsets((size_t)(rows * row_tiles * 32), -1);
    for (int64_t row = 0; row < rows; row++)
      for (int64_t place = 0; place < together * shape.output[1]; place++) {
        const int64_t y = plane.row + row * step[0];
        const int64_t x = plane.column + place % shape.output[1] * step[1];
        if (y < 0 || y >= size[0] || x < 0 || x >= size[1]) continue;
        offsets[(size_t)(row * row_tiles * 32 + place)] =
            place / shape.output[1] * channels * size[0] * size[1] + (y * size[1] + x) * 16;
      }
    return offsets;
  }

  /// Thirty-two positions as pairs, sixteen channels each; zeros beyond images.
  static GANSH_FORCE void read(
      const float *from, const int64_t *offsets, int64_t limit, __m512 pairs[16]) {
    auto values = [&](int64_t offset) __attribute__((always_inline)) {
      const bool exists = offset >= 0 && offset < limit;
      return _mm512_maskz_loadu_ps(exists ? 0xFFFF : 0, from + offset);
    };
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++)
      pairs[i] = (__m512)pairs_of_tile(values(offsets[2 * i]), values(offsets[2 * i + 1]));
  }

  void multiply(
      const uint16_t *planes, const uint16_t *cotangents, int64_t groups, int64_t plane, int64_t block,
      int64_t blocks, bool adds, float *weights) const {
    const auto &taps = correlation.phases[0].taps;
    // The rows of the result: sixteen channels that a tap meets, of one or two blocks.
    struct Row {
      const uint16_t *from;
      float *to;
    };
    Row rows[64];
    int count = 0;
    for (int64_t i = 0; i < blocks; i++)
      for (const Tap &tap : taps)
        if (tap.plane == plane)
          rows[count++] = {
              planes + (i * groups * plane_tiles + tap.row * row_tiles) * tile_values,
              weights + (tap.weight * shape.input_channels + (block + i) * 16) * shape.output_channels};
    for (int64_t output = 0; output < output_blocks; output++)
      for (int i = 0; i < count; i += 4)
        with_rows(count - i, [&](auto number) __attribute__((always_inline)) {
          constexpr int Rows = decltype(number)::value;
          const uint16_t *left[4];
          for (int r = 0; r < Rows; r++) left[r] = rows[i + r].from;
          product<Rows>(
              left, cotangents + output * groups * group_tiles * tile_values, groups, adds,
              [&](int64_t r) { return rows[i + r].to + output * 16; });
        });
  }

  template <int Rows, class Place>
  GANSH_FORCE void product(
      const uint16_t *const *left, const uint16_t *right, int64_t groups, bool adds, Place &&place) const {
    using Sums = TileSums<Rows>;
    if (adds)
      Sums::load(place, shape.output_channels);
    else
      Sums::clear();
    for (int64_t group = 0; group < groups; group++, right += group_tiles * tile_values)
      for (int64_t tile = 0; tile < group_tiles; tile++)
        Sums::add(left, (group * plane_tiles + tile) * tile_values, right + tile * tile_values);
    Sums::store(place, shape.output_channels);
  }
};
