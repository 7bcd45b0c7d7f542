// The kernels in Winograd's form as templates over form, stride and arithmetic. Included where
// the target attributes of AVX-512 are in force.
//
// A kernel of R·stride taps and stride S is S·S stride-1 kernels of R taps over the S·S phases of the
// (padded) image, so that the form's saving is had with strides too: phase (p, q) holds the elements
// (S·i + p, S·j + q). All phases' channels are summed together, by one matrix product for each of the
// form's points.

template <class Form, int S> struct Tiling {
  static constexpr int R = Form::taps, M = Form::outputs, P = Form::points;
  static constexpr int kernel = R * S, phases = S * S, points = P * P;

  gansh_convolution shape;
  int64_t channel_blocks, output_blocks;  // of 16
  int64_t tile_rows, tile_columns, tiles;

  explicit Tiling(const gansh_convolution &given) : shape(given) {
    channel_blocks = shape.input_channels / 16;
    output_blocks = shape.output_channels / 16;
  }
  void tile(int64_t rows, int64_t columns) {
    tile_rows = (rows + M - 1) / M;
    tile_columns = (columns + M - 1) / M;
    tiles = shape.batch * tile_rows * tile_columns;
  }
};

/// Reads a square of blocked vectors, with zeros outside of the image.
template <int Size, int Step>
static GANSH_FORCE void read_square(
    const float *plane, int64_t row, int64_t column, int64_t height, int64_t width,
    __m512 into[Size][Size]) {
  bool inside = row >= 0 && column >= 0 && row + (Size - 1) * Step < height &&
                column + (Size - 1) * Step < width;
  if (inside) {
    const float *first = plane + (row * width + column) * 16;
#pragma clang loop unroll(full)
    for (int i = 0; i < Size; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < Size; j++)
        into[i][j] = _mm512_loadu_ps(first + (i * width + j) * Step * 16);
    return;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < Size; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < Size; j++) {
      int64_t y = row + i * Step, x = column + j * Step;
      bool exists = (uint64_t)y < (uint64_t)height && (uint64_t)x < (uint64_t)width;
      into[i][j] =
          exists ? _mm512_loadu_ps(plane + (y * width + x) * 16) : _mm512_setzero_ps();
    }
}

/// Applies a one-dimensional matrix along both axes of a square.
template <int From, int To, class Matrix>
static GANSH_FORCE void both_axes(const __m512 from[From][From], __m512 to[To][To], Matrix &&matrix) {
  __m512 half[To][From];
#pragma clang loop unroll(full)
  for (int j = 0; j < From; j++) {
    __m512 column[From], result[To];
#pragma clang loop unroll(full)
    for (int i = 0; i < From; i++) column[i] = from[i][j];
    matrix(column, result);
#pragma clang loop unroll(full)
    for (int i = 0; i < To; i++) half[i][j] = result[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < To; i++) matrix(half[i], to[i]);
}

/// Multiplies a chunk of transformed tiles with transformed weights, point by point.
template <class Arithmetic>
static GANSH_FORCE void multiply_rows(
    int64_t rows, const float *a, int64_t row, const float *b, int64_t depth, int64_t columns,
    float *c, int64_t c_row) {
  for (int64_t column = 0; column < columns; column += 32) {
    const float *panel = b + column * depth;
    bool wide = columns - column >= 32;
    int64_t r = 0;
#define GANSH_ROWS(R)                                                                              \
  if (wide)                                                                                        \
    block_product<Arithmetic, R, 2, false>(                                                        \
        a + r * row, row, 1, panel, 32, depth, c + r * c_row + column, c_row, false);              \
  else                                                                                             \
    block_product<Arithmetic, R, 1, false>(                                                        \
        a + r * row, row, 1, panel, 16, depth, c + r * c_row + column, c_row, false)
    for (; r + 12 <= rows; r += 12) { GANSH_ROWS(12); }
    for (; r + 4 <= rows; r += 4) { GANSH_ROWS(4); }
    for (; r < rows; r++) { GANSH_ROWS(1); }
#undef GANSH_ROWS
  }
}

/// How many tiles a thread transforms at a time: what fits its cache, and enough to earn the reading
/// of the weights.
inline int64_t chunk_of(int64_t tiles, int threads, int64_t words_per_tile) {
  int64_t most = std::max<int64_t>(48, std::min<int64_t>(144, 200000 / words_per_tile));
  int64_t own = (tiles + threads - 1) / threads;
  int64_t chunks = (own + most - 1) / most;
  int64_t each = (own + chunks - 1) / chunks;
  return std::min((each + 11) / 12 * 12, std::max<int64_t>(own, 1));
}

/// As many pieces for each thread, none of more tiles than a chunk.
inline int64_t pieces_of_chunks(int64_t tiles, int threads, int64_t chunk) {
  const int64_t own = (tiles + threads - 1) / threads;
  return threads * ((own + chunk - 1) / chunk);
}

// MARK: Forward

template <class Form, int S, class Arithmetic> class Forward final : public OwnConvolution {
  using T = Tiling<Form, S>;
  static constexpr int P = T::P, M = T::M;
  T tiling;
  int threads;
  int64_t depth, stride, chunk, data_plane, product_plane, thread_words;  // words

public:
  explicit Forward(const gansh_convolution &shape) : tiling(shape), threads(omp_get_max_threads()) {
    tiling.tile(shape.output[0], shape.output[1]);
    depth = T::phases * shape.input_channels / Arithmetic::packed;
    stride = depth + 16;
    int64_t words = T::points * (stride + shape.output_channels);
    chunk = chunk_of(tiling.tiles, threads, words);
    // What is written together must not meet in one set of the cache, hence the odd lines.
    data_plane = chunk * stride + 16;
    product_plane = chunk * shape.output_channels + 16;
    thread_words = T::points * (data_plane + product_plane);
    scratch = (size_t)(thread_words * threads) * sizeof(float);
  }

  void run(const float *images, const float *weights, float *result, void *memory) const override {
    const int64_t pieces = pieces_of_chunks(tiling.tiles, threads, chunk);
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      float *data = (float *)memory + thread * thread_words;
      float *products = data + T::points * data_plane;
      int64_t first, end;
      share(tiling.tiles, piece, pieces, first, end);
      const int64_t count = end - first;
      for (int64_t t = 0; t < count; t++) transform(images, first + t, data + t * stride);
      for (int point = 0; point < T::points; point++)
        multiply_rows<Arithmetic>(
            count, data + point * data_plane, stride,
            weights + point * depth * tiling.shape.output_channels, depth, tiling.shape.output_channels,
            products + point * product_plane, tiling.shape.output_channels);
      for (int64_t t = 0; t < count; t++)
        finish(products + t * tiling.shape.output_channels, first + t, result);
    });
  }

private:
  void transform(const float *images, int64_t tile, float *data) const {
    int64_t column = tile % tiling.tile_columns, rest = tile / tiling.tile_columns;
    int64_t row = rest % tiling.tile_rows, image = rest / tiling.tile_rows;
    int64_t height = tiling.shape.input[0], width = tiling.shape.input[1];
    const float *plane = images + image * tiling.channel_blocks * height * width * 16;
    for (int64_t block = 0; block < tiling.channel_blocks; block++, plane += height * width * 16)
      for (int p = 0; p < T::phases; p++) {
        __m512 square[P][P], transformed[P][P];
        read_square<P, S>(
            plane, S * M * row + p / S - tiling.shape.padding_low[0],
            S * M * column + p % S - tiling.shape.padding_low[1], height, width, square);
        both_axes<P, P>(square, transformed, [](const __m512 *d, __m512 *v) { Form::data(d, v); });
        float *target = data + (block * T::phases + p) * (16 / Arithmetic::packed);
#pragma clang loop unroll(full)
        for (int i = 0; i < P; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < P; j++)
            Arithmetic::store(target + (i * P + j) * data_plane, transformed[i][j]);
      }
  }

  void finish(const float *products, int64_t tile, float *result) const {
    int64_t column = tile % tiling.tile_columns * M, rest = tile / tiling.tile_columns;
    int64_t row = rest % tiling.tile_rows * M, image = rest / tiling.tile_rows;
    int64_t height = tiling.shape.output[0], width = tiling.shape.output[1];
    for (int64_t block = 0; block < tiling.output_blocks; block++) {
      __m512 square[P][P], outputs[M][M];
#pragma clang loop unroll(full)
      for (int i = 0; i < P; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < P; j++)
          square[i][j] = _mm512_loadu_ps(products + (i * P + j) * product_plane + block * 16);
      both_axes<P, M>(square, outputs, [](const __m512 *m, __m512 *y) { Form::result(m, y); });
      float *plane = result + ((image * tiling.output_blocks + block) * height * width) * 16;
#pragma clang loop unroll(full)
      for (int i = 0; i < M; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < M; j++)
          if (row + i < height && column + j < width)
            _mm512_storeu_ps(plane + ((row + i) * width + column + j) * 16, outputs[i][j]);
    }
  }
};

// MARK: Input gradient

/// The windows of a result's gradient that the phases of an image's gradient see, in one dimension.
/// With stride 2 and padding 1 those of the two phases lie one apart.
template <class Form, int S> struct Windows {
  /// Each phase's window by itself.
  static constexpr bool together = S == 1;
  static constexpr int span = Form::points, distinct = Form::points;
  static constexpr int place(int, int point) { return point; }
  static constexpr bool negated(int, int) { return false; }
  template <class V> static void data(const V *d, V *v) { Form::data(d, v); }
};

/// All windows at once: one of six transformed values is another's negative.
template <> struct Windows<F2x2, 2> {
  static constexpr bool together = true;
  static constexpr int span = 4, distinct = 5;
  static constexpr int place(int phase, int point) { return phase == 1 ? point : point + 2; }
  static constexpr bool negated(int phase, int point) { return phase == 0 && point == 0; }
  template <class V> static void data(const V *d, V *v) {
    v[0] = d[0] - d[1];
    v[1] = d[1];
    v[2] = d[2] - d[1];
    v[3] = d[2];
    v[4] = d[3] - d[2];
  }
};

template <class Form, int S, class Arithmetic> class InputGradient final : public OwnConvolution {
  using T = Tiling<Form, S>;
  using W = Windows<Form, S>;
  static constexpr int P = T::P, M = T::M, D = W::distinct;
  static constexpr int rounds = W::together ? 1 : T::phases, phases = T::phases / rounds;
  T tiling;
  int threads;
  int64_t depth, stride, chunk, data_plane, product_plane, thread_words;

public:
  explicit InputGradient(const gansh_convolution &shape)
      : tiling(shape), threads(omp_get_max_threads()) {
    // A tile is M·S values of the image along each axis, M of each phase.
    tiling.tile((shape.input[0] + S - 1) / S, (shape.input[1] + S - 1) / S);
    depth = shape.output_channels / Arithmetic::packed;
    stride = depth + 16;
    int64_t words = D * D * stride + phases * T::points * shape.input_channels;
    chunk = chunk_of(tiling.tiles, threads, words);
    data_plane = chunk * stride + 16;
    product_plane = chunk * shape.input_channels + 16;
    thread_words = D * D * data_plane + phases * T::points * product_plane;
    scratch = (size_t)(thread_words * threads) * sizeof(float);
  }

  void run(const float *cotangent, const float *weights, float *images, void *memory)
      const override {
    const int64_t pieces = pieces_of_chunks(tiling.tiles, threads, chunk);
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      float *data = (float *)memory + thread * thread_words;
      int64_t first, end;
      share(tiling.tiles, piece, pieces, first, end);
      for (int round = 0; round < rounds; round++)
        work(cotangent, weights, images, first, end - first, round, data);
    });
  }

private:
  /// A chunk of tiles, for all phases or for one.
  void work(
      const float *cotangent, const float *weights, float *images, int64_t first, int64_t count,
      int round, float *data) const {
    int64_t channels = tiling.shape.input_channels;
    float *products = data + D * D * data_plane;
    for (int64_t t = 0; t < count; t++)
      transform(cotangent, first + t, round, data + t * stride);
    // What lies in one transformed slice is used for up to four phases while it is in cache.
    for (int slice = 0; slice < D * D; slice++)
      for (int product = 0; product < phases * T::points; product++) {
        int phase = round + product / T::points, point = product % T::points;
        if (W::place(phase / S, point / P) * D + W::place(phase % S, point % P) != slice) continue;
        multiply_rows<Arithmetic>(
            count, data + slice * data_plane, stride,
            weights + (phase * T::points + point) * depth * channels, depth, channels,
            products + product * product_plane, channels);
      }
    for (int64_t t = 0; t < count; t++) finish(products + t * channels, first + t, round, images);
  }

  /// The first element of phase 0 along an axis, and the first of the result's gradient that any
  /// phase of the tile sees.
  int64_t phase_start(int phase, int axis) const {
    int64_t pad = tiling.shape.padding_low[axis];
    return ((phase - pad) % S + S) % S;
  }
  int64_t window_start(int64_t tile, int axis) const {
    int64_t pad = tiling.shape.padding_low[axis];
    int64_t start = (phase_start(S - 1, axis) + pad - (S - 1)) / S;
    return start - (T::R - 1) + tile * M;
  }

  void transform(const float *cotangent, int64_t tile, int round, float *data) const {
    int64_t column = tile % tiling.tile_columns, rest = tile / tiling.tile_columns;
    int64_t row = rest % tiling.tile_rows, image = rest / tiling.tile_rows;
    int64_t height = tiling.shape.output[0], width = tiling.shape.output[1];
    int64_t top = window_start(row, 0), left = window_start(column, 1);
    if (!W::together) {
      top += S - 1 - round / S;
      left += S - 1 - round % S;
    }
    const float *plane = cotangent + image * tiling.output_blocks * height * width * 16;
    for (int64_t block = 0; block < tiling.output_blocks; block++, plane += height * width * 16) {
      __m512 square[W::span][W::span], transformed[D][D];
      read_square<W::span, 1>(plane, top, left, height, width, square);
      both_axes<W::span, D>(
          square, transformed, [](const __m512 *d, __m512 *v) { W::data(d, v); });
      float *target = data + block * (16 / Arithmetic::packed);
#pragma clang loop unroll(full)
      for (int i = 0; i < D; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < D; j++)
          Arithmetic::store(target + (i * D + j) * data_plane, transformed[i][j]);
    }
  }

  void finish(const float *products, int64_t tile, int round, float *images) const {
    int64_t column = tile % tiling.tile_columns * M, rest = tile / tiling.tile_columns;
    int64_t row = rest % tiling.tile_rows * M, image = rest / tiling.tile_rows;
    int64_t height = tiling.shape.input[0], width = tiling.shape.input[1];
    for (int phase = round; phase < round + phases; phase++) {
      int64_t top = phase_start(phase / S, 0) + S * row;
      int64_t left = phase_start(phase % S, 1) + S * column;
      const float *source = products + (phase - round) * T::points * product_plane;
      for (int64_t block = 0; block < tiling.channel_blocks; block++) {
        __m512 square[P][P], outputs[M][M];
#pragma clang loop unroll(full)
        for (int i = 0; i < P; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < P; j++)
            square[i][j] = _mm512_loadu_ps(source + (i * P + j) * product_plane + block * 16);
        both_axes<P, M>(square, outputs, [](const __m512 *m, __m512 *y) { Form::result(m, y); });
        float *plane = images + ((image * tiling.channel_blocks + block) * height * width) * 16;
#pragma clang loop unroll(full)
        for (int i = 0; i < M; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < M; j++) {
            int64_t y = top + S * i, x = left + S * j;
            if (y < height && x < width)
              _mm512_storeu_ps(plane + (y * width + x) * 16, outputs[i][j]);
          }
      }
    }
  }
};

// MARK: Weight gradient

/// Sums over tiles in the transformed domain: at each point a product of `[channels of all phases,
/// tiles]` and `[tiles, outputs]`.
///
/// Where all tiles fit the memory, each block of the result is summed at all points at once and
/// brought back at once. Else the sums of a chunk of tiles after the other are kept, point by point, so
/// that what is worked on fits the cache.
template <class Form, int S, class Arithmetic> class WeightGradient final : public OwnConvolution {
  using T = Tiling<Form, S>;
  static constexpr int P = T::P, M = T::M, rows = 8;
  T tiling;
  int threads, channel_parts, tile_parts;
  int64_t chunk, steps, groups, panels;  // per thread: steps of a chunk, groups of 8 rows; 32 columns
  bool whole;
  int64_t data_words, cotangent_words, sum_words;
  int64_t data_point, data_group, cotangent_point, cotangent_panel, sum_point, sum_block;

public:
  explicit WeightGradient(const gansh_convolution &shape)
      : tiling(shape), threads(omp_get_max_threads()) {
    tiling.tile(shape.output[0], shape.output[1]);
    channel_parts = threads;
    while (threads % channel_parts != 0 || tiling.channel_blocks % channel_parts != 0) channel_parts--;
    tile_parts = threads / channel_parts;
    groups = T::phases * shape.input_channels / channel_parts / rows;
    panels = (shape.output_channels + 31) / 32;
    int64_t own = (tiling.tiles + tile_parts - 1) / tile_parts;
    int64_t words = T::points * (groups * rows + shape.output_channels) / Arithmetic::packed;
    whole = tile_parts == 1 && tiling.tiles * words <= 3000000;
    chunk = own;
    if (!whole) {
      int64_t chunks = (own * words + 399999) / 400000;
      chunk = (own + chunks - 1) / chunks;
    }
    steps = (chunk + Arithmetic::packed - 1) / Arithmetic::packed;
    // What is written together must not meet in one set of the cache, hence the odd lines.
    int64_t data_run = steps * rows + 16, cotangent_run = steps * 32 + 16;
    data_words = groups * T::points * data_run;
    cotangent_words = panels * T::points * cotangent_run;
    data_point = data_run * (whole ? 1 : groups);
    data_group = data_run * (whole ? T::points : 1);
    cotangent_point = cotangent_run * (whole ? 1 : panels);
    cotangent_panel = cotangent_run * (whole ? T::points : 1);
    sum_block = rows * 32;
    sum_point = sum_block * (whole ? 1 : groups * panels);
    sum_words = whole ? 0 : T::points * sum_point;
    scratch = (size_t)(threads * (data_words + cotangent_words + sum_words)) * sizeof(float);
  }

  void run(const float *images, const float *cotangent, float *weights, void *memory)
      const override {
    float *sums = (float *)memory + threads * (data_words + cotangent_words);
    parallel(threads, [&](int thread, int total) {
      for (int index = thread; index < threads; index += total) {
        float *data = (float *)memory + index * (data_words + cotangent_words);
        part(index, images, cotangent, weights, data, sums + index * sum_words);
      }
    });
    if (whole) return;
    parallel(threads, [&](int thread, int total) {
      for (int index = thread; index < threads; index += total) {
        int part = index % channel_parts;
        int64_t begin, end;
        share(groups * panels, index / channel_parts, tile_parts, begin, end);
        for (int64_t block = begin; block < end; block++)
          finish(sums + part * sum_words + block * sum_block, part * groups + block % groups,
                 block / groups, weights);
      }
    });
  }

private:
  /// What one thread does: its channels, and its tiles.
  void part(
      int index, const float *images, const float *cotangent, float *weights, float *data,
      float *sums) const {
    float *other = data + data_words;
    int64_t begin, end;
    share(tiling.tiles, index / channel_parts, tile_parts, begin, end);
    int64_t first_block = index % channel_parts * (tiling.channel_blocks / channel_parts);
    if (begin == end) std::fill_n(sums, sum_words, 0.0f);
    for (int64_t first = begin; first < end; first += chunk) {
      int64_t count = std::min(chunk, end - first);
      int64_t used = (count + Arithmetic::packed - 1) / Arithmetic::packed;
      for (int64_t step = 0; step < used; step++) {
        int64_t tile = first + step * Arithmetic::packed;
        transform_images(images, tile, first + count, first_block, data + step * rows);
        transform_cotangent(cotangent, tile, first + count, other + step * 32);
      }
      auto multiply = [&](int64_t point, int64_t panel, int64_t group, float *target) {
        block_product<Arithmetic, rows, 2, true>(
            data + point * data_point + group * data_group, 0, rows,
            other + point * cotangent_point + panel * cotangent_panel, 32, used, target, 32,
            first > begin);
      };
      if (whole) {
        alignas(64) float block[T::points * rows * 32];
        for (int64_t panel = 0; panel < panels; panel++)
          for (int64_t group = 0; group < groups; group++) {
            for (int64_t point = 0; point < T::points; point++)
              multiply(point, panel, group, block + point * sum_point);
            finish(block, first_block * T::phases * 16 / rows + group, panel, weights);
          }
      } else {
        for (int64_t point = 0; point < T::points; point++)
          for (int64_t panel = 0; panel < panels; panel++)
            for (int64_t group = 0; group < groups; group++)
              multiply(
                  point, panel, group,
                  sums + point * sum_point + (panel * groups + group) * sum_block);
      }
    }
  }

  /// Transforms as many tiles as a word holds, or as there are before `end`.
  void transform_images(
      const float *images, int64_t tile, int64_t end, int64_t first_block, float *data) const {
    int64_t height = tiling.shape.input[0], width = tiling.shape.input[1];
    int64_t blocks = tiling.channel_blocks / channel_parts;
    for (int64_t block = 0; block < blocks; block++)
      for (int p = 0; p < T::phases; p++) {
        __m512 transformed[Arithmetic::packed][P][P];
        for (int e = 0; e < Arithmetic::packed; e++) {
          __m512 square[P][P];
          Tile place = tile_at(tile + e);
          const float *plane =
              images + (place.image * tiling.channel_blocks + first_block + block) * height * width * 16;
          read_square<P, S>(
              plane, S * M * place.row + p / S - tiling.shape.padding_low[0],
              S * M * place.column + p % S - tiling.shape.padding_low[1],
              tile + e < end ? height : 0, width, square);
          both_axes<P, P>(
              square, transformed[e], [](const __m512 *d, __m512 *v) { Form::data(d, v); });
        }
        // Two groups of eight channels.
        float *low = data + (block * T::phases + p) * 2 * data_group;
        float *high = low + data_group;
#pragma clang loop unroll(full)
        for (int i = 0; i < P; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < P; j++) {
            __m512 words = word(transformed, i, j);
            int64_t at = (i * P + j) * data_point;
            _mm256_storeu_ps(low + at, _mm512_castps512_ps256(words));
            _mm256_storeu_ps(high + at, _mm512_extractf32x8_ps(words, 1));
          }
      }
  }

  void transform_cotangent(
      const float *cotangent, int64_t tile, int64_t end, float *data) const {
    int64_t height = tiling.shape.output[0], width = tiling.shape.output[1];
    for (int64_t block = 0; block < tiling.output_blocks; block++) {
      __m512 transformed[Arithmetic::packed][P][P];
      for (int e = 0; e < Arithmetic::packed; e++) {
        __m512 square[M][M];
        Tile place = tile_at(tile + e);
        const float *plane =
            cotangent + (place.image * tiling.output_blocks + block) * height * width * 16;
        read_square<M, 1>(
            plane, place.row * M, place.column * M, tile + e < end ? height : 0, width, square);
        both_axes<M, P>(
            square, transformed[e], [](const __m512 *d, __m512 *v) { Form::cotangent(d, v); });
      }
      float *target = data + block / 2 * cotangent_panel + block % 2 * 16;
#pragma clang loop unroll(full)
      for (int i = 0; i < P; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < P; j++)
          _mm512_storeu_ps(target + (i * P + j) * cotangent_point, word(transformed, i, j));
    }
  }

  struct Tile { int64_t image, row, column; };

  Tile tile_at(int64_t tile) const {
    int64_t rest = tile / tiling.tile_columns;
    return {rest / tiling.tile_rows, rest % tiling.tile_rows, tile % tiling.tile_columns};
  }

  static GANSH_FORCE __m512 word(
      const __m512 transformed[Arithmetic::packed][P][P], int i, int j) {
    __m512 values[Arithmetic::packed];
    for (int e = 0; e < Arithmetic::packed; e++) values[e] = transformed[e][i][j];
    return Arithmetic::interleave(values);
  }

  /// Brings the sums of eight channels of a phase and 32 outputs to `hwio`, adding those of all parts.
  void finish(const float *sum, int64_t group, int64_t panel, float *weights) const {
    constexpr int R = T::R;
    int64_t phase = group / 2 % T::phases, channel = group / (2 * T::phases) * 16 + group % 2 * 8;
    int64_t channels = tiling.shape.input_channels, outputs = tiling.shape.output_channels;
    for (int row = 0; row < rows; row++)
      for (int half = 0; half < 2 && panel * 32 + half * 16 < outputs; half++) {
        __m512 square[P][P], taps[R][R];
#pragma clang loop unroll(full)
        for (int i = 0; i < P; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < P; j++) {
            const float *place = sum + (i * P + j) * sum_point + row * 32 + half * 16;
            square[i][j] = _mm512_loadu_ps(place);
            for (int part = 1; part < tile_parts; part++)
              square[i][j] += _mm512_loadu_ps(place + part * channel_parts * sum_words);
          }
        both_axes<P, R>(
            square, taps, [](const __m512 *m, __m512 *w) { Form::weight_gradient(m, w); });
#pragma clang loop unroll(full)
        for (int i = 0; i < R; i++)
#pragma clang loop unroll(full)
          for (int j = 0; j < R; j++) {
            int64_t y = S * i + phase / S, x = S * j + phase % S;
            float *target = weights + ((y * T::kernel + x) * channels + channel + row) * outputs +
                            panel * 32 + half * 16;
            _mm512_storeu_ps(target, taps[i][j]);
          }
      }
  }
};

// MARK: Weights

template <class Form, int S, class Arithmetic> class Weights final : public PreparedWeights {
  using T = Tiling<Form, S>;
  static constexpr int P = T::P, R = T::R;
  T tiling;
  bool adjoint;
  bool streams;  // past the caches, what would not stay in them
  int threads;

public:
  Weights(const gansh_convolution &shape, bool adjoint)
      : tiling(shape), adjoint(adjoint), threads(omp_get_max_threads()) {
    count = T::phases * T::points * shape.input_channels * shape.output_channels /
            Arithmetic::packed;
    streams = count * (int64_t)sizeof(float) > 24 << 20;
  }

  void run(const float *weights, float *transformed) const override {
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(tiling.channel_blocks * tiling.output_blocks, thread, total, begin, end);
      alignas(64) float block[T::kernel * T::kernel][16][16];  // [tap][summed][lane]
      for (int64_t index = begin; index < end; index++) {
        int64_t output = index % tiling.output_blocks, channel = index / tiling.output_blocks;
        read(weights, channel, output, block);
        for (int p = 0; p < T::phases; p++)
          for (int d = 0; d < 16; d += Arithmetic::packed) {
            __m512 pair[Arithmetic::packed][P][P];
            for (int e = 0; e < Arithmetic::packed; e++) taps(block, p, d + e, pair[e]);
            write(transformed, channel, output, p, d, pair);
          }
      }
      _mm_sfence();
    });
  }

private:
  void read(
      const float *weights, int64_t channel, int64_t output,
      float block[T::kernel * T::kernel][16][16]) const {
    int64_t channels = tiling.shape.input_channels, outputs = tiling.shape.output_channels;
    for (int tap = 0; tap < T::kernel * T::kernel; tap++)
      for (int c = 0; c < 16; c++) {
        const float *source = weights + (tap * channels + channel * 16 + c) * outputs + output * 16;
        if (adjoint)
          for (int o = 0; o < 16; o++) block[tap][o][c] = source[o];
        else
          _mm512_store_ps(block[tap][c], _mm512_loadu_ps(source));
      }
  }

  void taps(
      const float block[T::kernel * T::kernel][16][16], int phase, int d, __m512 to[P][P]) const {
    __m512 own[R][R];
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < R; j++) {
        // A gradient meets the taps in the reverse order.
        int y = S * (adjoint ? R - 1 - i : i) + phase / S;
        int x = S * (adjoint ? R - 1 - j : j) + phase % S;
        own[i][j] = _mm512_load_ps(block[y * T::kernel + x][d]);
      }
    both_axes<R, P>(own, to, [](const __m512 *w, __m512 *u) { Form::weights(w, u); });
    if (!adjoint) return;
    for (int i = 0; i < P; i++)
      for (int j = 0; j < P; j++)
        if (Windows<Form, S>::negated(phase / S, i) != Windows<Form, S>::negated(phase % S, j))
          to[i][j] = -to[i][j];
  }

  void write(
      float *transformed, int64_t channel, int64_t output, int phase, int d,
      const __m512 pair[Arithmetic::packed][P][P]) const {
    int64_t columns = adjoint ? tiling.shape.input_channels : tiling.shape.output_channels;
    int64_t depth = adjoint ? tiling.shape.output_channels : T::phases * tiling.shape.input_channels;
    int64_t at = adjoint ? output * 16 + d : (channel * T::phases + phase) * 16 + d;
    depth /= Arithmetic::packed;
    at /= Arithmetic::packed;
    int64_t column = (adjoint ? channel : output) * 16, panel = column / 32 * 32;
    int64_t width = std::min<int64_t>(32, columns - panel);
    for (int i = 0; i < P; i++)
      for (int j = 0; j < P; j++) {
        int64_t point = (adjoint ? phase * T::points : 0) + i * P + j;
        float *target =
            transformed + point * depth * columns + panel * depth + at * width + column - panel;
        __m512 values[Arithmetic::packed];
        for (int e = 0; e < Arithmetic::packed; e++) values[e] = pair[e][i][j];
        if (streams)
          _mm512_stream_ps(target, Arithmetic::interleave(values));
        else
          _mm512_store_ps(target, Arithmetic::interleave(values));
      }
  }
};
