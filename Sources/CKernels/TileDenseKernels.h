// The products of dense layers in tiles, as templates over the width of panels in vectors. Included where the target
// attributes of AMX are in force.
//
// Weights lie in single precision, as those of `DenseKernels.h`, and are brought to bfloat16 piece by piece where
// they are multiplied: they are read once for all of the batch, which is what takes the time.

/// How much of the summed axis is brought to bfloat16 at a time, so that it stays in the caches: tiles.
constexpr int64_t tile_depth = 16;
/// Rows of the batch that are multiplied with a panel once it is brought to bfloat16.
constexpr int64_t tile_batch = 128;

/// Goes through weights in pieces of the summed axis, brings each to bfloat16 and multiplies it. While one is
/// multiplied, the next is read, tile by tile, so that memory and the matrix unit work at once.
///
/// - Parameters:
///   - tiles: of weights along the summed axis at each place of it.
///   - products: how often `multiply` calls what it is given, at each place.
///   - memory: of two pieces.
///   - read(place, tile, to): brings a tile to memory.
///   - multiply(first, count, piece, next): the products of some places with a piece, `[tiles][count]`; calls `next`
///     after each.
template <class Read, class Multiply>
static GANSH_FORCE void by_pieces(
    int64_t depth, int64_t tiles, int64_t products, uint16_t *memory, Read &&read, Multiply &&multiply) {
  const int64_t piece_values = tile_depth * tiles * tile_values;
  auto count_at = [&](int64_t k) { return std::max<int64_t>(0, std::min(tile_depth, depth - k)); };
  auto read_tile = [&](int64_t k, int64_t number, uint16_t *piece) {
    const int64_t count = count_at(k);
    read(k + number / tiles, number % tiles, piece + (number % tiles * count + number / tiles) * tile_values);
  };
  for (int64_t number = 0; number < count_at(0) * tiles; number++) read_tile(0, number, memory);
  for (int64_t k = 0; k < depth; k += tile_depth) {
    const int64_t count = count_at(k), next = k + tile_depth, wanted = count_at(next) * tiles;
    uint16_t *piece = memory + k / tile_depth % 2 * piece_values;
    uint16_t *other = memory + next / tile_depth % 2 * piece_values;
    const int64_t calls = count * products;
    int64_t done = 0, call = 0;
    multiply(k, count, piece, [&]() __attribute__((always_inline)) {
      call++;
      for (; done * calls < call * wanted; done++) read_tile(next, done, other);
    });
  }
}

inline int64_t tiles_of(int64_t count, int64_t size) { return (count + size - 1) / size; }

/// Sixteen rows of up to 32 values of a row-major matrix, zeros beyond it, as rows of a tile.
static GANSH_FORCE void rows_of_matrix(
    const float *from, int64_t step, int64_t rows, int64_t columns, __m512 tile[16]) {
  const __mmask16 low = first_lanes(columns), high = first_lanes(columns - 16);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++)
    tile[i] = i < rows ? (__m512)row_of_tile(
                             _mm512_maskz_loadu_ps(low, from + i * step),
                             _mm512_maskz_loadu_ps(high, from + i * step + 16))
                       : _mm512_setzero_ps();
}

/// Thirty-two rows of up to sixteen values, zeros beyond them, as pairs of rows.
static GANSH_FORCE void pairs_of_matrix(
    const float *from, int64_t step, int64_t rows, int64_t columns, __m512 tile[16]) {
  const __mmask16 lanes = first_lanes(columns);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) {
    const float *first = from + 2 * i * step;
    const __mmask16 here = 2 * i < rows ? lanes : 0, next = 2 * i + 1 < rows ? lanes : 0;
    tile[i] = (__m512)pairs_of_tile(
        _mm512_maskz_loadu_ps(here, first), _mm512_maskz_loadu_ps(next, first + step));
  }
}

/// A layer's result: the batch's rows times panels of weights.
template <int W> class TileDenseForward final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  const DenseShape shape;
  const int threads;
  const int64_t depth, batch_tiles;  // tiles along inputs and batch
  const int64_t thread_bytes;
  int64_t blocks() const { return tiles_of(shape.batch, tile_batch); }

public:
  explicit TileDenseForward(const DenseShape &given)
      : shape(given), threads(omp_get_max_threads()), depth(tiles_of(given.inputs, 32)),
        batch_tiles(tiles_of(given.batch, 16)),
        thread_bytes(tile_batch * width * 4 + 2 * tile_depth * W * tile_values * 2 + 192) {
    part_rows = 32;
    part_columns = width;
    scratch = (size_t)(batch_tiles * depth * tile_values * 2 + threads * thread_bytes);
    pieces = pieces_for(threads, blocks() * shape.panels(), shape.is_little());
  }

  void run(
      const float *x, const float *weights, float *result, void *scratch,
      const Loop *epilogue) const override {
    uint16_t *rows = (uint16_t *)scratch;  // [batch tile][depth]
    char *own = (char *)(rows + batch_tiles * depth * tile_values);
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(batch_tiles * depth, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t row = number / depth * 16, column = number % depth * 32;
        __m512 tile[16];
        rows_of_matrix(
            x + row * shape.inputs + column, shape.inputs, shape.batch - row, shape.inputs - column, tile);
        store_tile(tile, rows + number * tile_values);
      }
    });
    const int64_t blocks = this->blocks(), panels = shape.panels();
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      const TileScope tiles;
      float *sums = (float *)(own + thread * thread_bytes);
      uint16_t *right = (uint16_t *)(sums + tile_batch * width);
      if (epilogue) epilogue->begin(thread, piece);
      int64_t begin, end;
      share(blocks * panels, piece, pieces, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t panel = number / blocks, row = number % blocks * tile_batch;
        const int64_t height = std::min(tile_batch, shape.batch - row);
        multiply(rows + row / 16 * depth * tile_values, tiles_of(height, 16),
                 weights + panel * shape.rows() * width, right, sums);
        hand_out(shape, {thread, piece, epilogue, result}, row, height, panel * width, sums, part_rows);
      }
    });
    if (epilogue) epilogue->finish();
  }

private:
  void multiply(
      const uint16_t *left, int64_t rows, const float *panel, uint16_t *right, float *sums) const {
    by_pieces(
        depth, W, calls_between(rows, W), right,
        [&](int64_t place, int64_t tile, uint16_t *to) __attribute__((always_inline)) {
          __m512 pairs[16];
          pairs_of_matrix(
              panel + place * 32 * width + tile * 16, width, shape.rows() - place * 32, 16, pairs);
          store_tile(pairs, to);
        },
        [&](int64_t k, int64_t count, const uint16_t *piece, auto &&next)
            __attribute__((always_inline)) {
              multiply_tiles(
                  rows, W, left + k * tile_values, depth * tile_values, piece, count * tile_values, count,
                  k > 0, sums, 16 * width, 16, width, next);
            });
  }
};

/// The inputs' gradient: weights times the result's gradient, turned at the end.
template <int W> class TileDenseInputGradient final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  static constexpr int64_t row_tiles = 4, rows = row_tiles * 16;  // inputs that are made together
  const DenseShape shape;
  const int threads;
  const int64_t panel_depth = (width + 31) / 32;  // tiles along outputs, of a panel and of all
  const int64_t depth, batch_tiles;
  const int64_t thread_bytes;

public:
  explicit TileDenseInputGradient(const DenseShape &given)
      : shape(given), threads(omp_get_max_threads()), depth(given.panels() * panel_depth),
        batch_tiles(tiles_of(given.batch, 16)),
        thread_bytes(2 * row_tiles * tile_depth * tile_values * 2 + batch_tiles * row_tiles * tile_sums * 4 +
                     rows * 16 * 4 + 192) {
    part_rows = 16;
    part_columns = rows;
    scratch = (size_t)(batch_tiles * depth * tile_values * 2 + threads * thread_bytes);
    pieces = pieces_for(threads, tiles_of(shape.inputs, rows), shape.is_little());
  }

  void run(
      const float *gradient, const float *weights, float *result, void *scratch,
      const Loop *epilogue) const override {
    uint16_t *columns = (uint16_t *)scratch;  // [batch tile][depth], outputs in pairs
    char *own = (char *)(columns + batch_tiles * depth * tile_values);
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(batch_tiles * depth, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t row = number / depth * 16, place = number % depth;
        const int64_t output = place / panel_depth * width + place % panel_depth * 32;
        const int64_t most = std::min(shape.outputs, (place / panel_depth + 1) * width);
        __m512 tile[16];
        rows_of_matrix(
            gradient + row * shape.outputs + output, shape.outputs, shape.batch - row, most - output, tile);
        transpose(tile);
        store_tile(tile, columns + number * tile_values);
      }
    });
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      const TileScope tiles;
      float *sums = (float *)(own + thread * thread_bytes);  // [batch tile][tile of inputs]
      float *part = sums + batch_tiles * row_tiles * tile_sums;
      uint16_t *left = (uint16_t *)(part + rows * 16);
      if (epilogue) epilogue->begin(thread, piece);
      int64_t begin, end;
      share(tiles_of(shape.inputs, rows), piece, pieces, begin, end);
      for (int64_t number = begin; number < end; number++) {
        multiply(weights, number * rows, columns, left, sums);
        hand_out_turned(
            shape, {thread, piece, epilogue, result}, number * rows, rows, part, 16,
            [&](int64_t row, int64_t batch) {
              return sums + (batch / 16 * row_tiles + row / 16) * tile_sums;
            });
      }
    });
    if (epilogue) epilogue->finish();
  }

private:
  void multiply(
      const float *weights, int64_t input, const uint16_t *columns, uint16_t *left, float *sums) const {
    by_pieces(
        depth, row_tiles, calls_between(row_tiles, batch_tiles), left,
        [&](int64_t place, int64_t tile, uint16_t *to) __attribute__((always_inline)) {
          const int64_t panel = place / panel_depth, column = place % panel_depth * 32;
          const int64_t row = input + tile * 16;
          __m512 values[16];
          rows_of_matrix(
              weights + (panel * shape.rows() + row) * width + column, width, shape.rows() - row,
              width - column, values);
          store_tile(values, to);
        },
        [&](int64_t k, int64_t count, const uint16_t *piece, auto &&next)
            __attribute__((always_inline)) {
              multiply_tiles(
                  row_tiles, batch_tiles, piece, count * tile_values, columns + k * tile_values,
                  depth * tile_values, count, k > 0, sums, tile_sums, row_tiles * tile_sums, 16, next);
            });
  }
};

/// The weights' gradient: each element a sum over the batch.
template <int W> class TileDenseWeightGradient final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  static constexpr int64_t rows = 32;  // inputs of a part
  const DenseShape shape;
  const int threads;
  const int64_t depth, input_tiles;    // tiles along batch and inputs
  /// From a thread's part to the next one's: far enough that a loop's prefetching does not touch it.
  static constexpr int64_t part_step = rows * width + 1040;
  int64_t row_parts() const { return tiles_of(shape.rows(), rows); }

public:
  explicit TileDenseWeightGradient(const DenseShape &given)
      : shape(given), threads(omp_get_max_threads()), depth(tiles_of(given.batch, 32)),
        input_tiles(given.rows() / 16) {
    part_columns = rows * width;
    scratch = (size_t)((input_tiles + shape.panels() * W) * depth * tile_values * 2 +
                       threads * part_step * 4);
    pieces = pieces_for(threads, shape.panels() * row_parts(), shape.is_little());
  }

  void run(
      const float *x, const float *gradient, float *result, void *scratch,
      const Loop *epilogue) const override {
    uint16_t *left = (uint16_t *)scratch;                             // [input tile][depth]
    uint16_t *right = left + input_tiles * depth * tile_values;       // [panel][vector][depth]
    float *parts = (float *)(right + shape.panels() * W * depth * tile_values);
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(input_tiles * depth, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t column = number / depth * 16, row = number % depth * 32;
        __m512 tile[16];
        pairs_of_matrix(
            x + row * shape.inputs + column, shape.inputs, shape.batch - row, shape.inputs - column, tile);
        transpose(tile);
        store_tile(tile, left + number * tile_values);
      }
      share(shape.panels() * W * depth, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t column = number / depth * 16, row = number % depth * 32;
        __m512 tile[16];
        pairs_of_matrix(
            gradient + row * shape.outputs + column, shape.outputs, shape.batch - row,
            shape.outputs - column, tile);
        store_tile(tile, right + number * tile_values);
      }
    });
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      const TileScope tiles;
      if (epilogue) epilogue->begin(thread, piece);
      int64_t begin, end;
      share(shape.panels() * row_parts(), piece, pieces, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t panel = number / row_parts(), row = number % row_parts() * rows;
        const int64_t height = std::min(rows, shape.rows() - row);
        const int64_t offset = (panel * shape.rows() + row) * width;
        float *target = result ? result + offset : parts + thread * part_step;
        multiply_tiles(
            height / 16, W, left + row / 16 * depth * tile_values, depth * tile_values,
            right + panel * W * depth * tile_values, depth * tile_values, depth, false, target, 16 * width,
            16, width, [] {});
        if (epilogue) epilogue->take(thread, piece, {0, offset, 1, height * width, target, 0});
      }
    });
    if (epilogue) epilogue->finish();
  }
};
