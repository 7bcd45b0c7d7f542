// The products of dense layers as templates over the width of panels, in vectors. Included where the
// target attributes of AVX-512 are in force.

/// `to[column][row] = from[row][column]` for `written` columns, of which those that `from` does not have
/// are zeros.
static void turn(
    const float *from, int64_t from_step, int64_t rows, int64_t columns, float *to,
    int64_t to_step, int64_t written) {
  for (int64_t column = 0; column < written; column += 16)
    for (int64_t row = 0; row < rows; row += 16) {
      const int64_t height = rows - row, width = columns - column, kept = written - column;
      __m512 block[16];
      if (height >= 16 && width >= 16) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++)
          block[i] = _mm512_loadu_ps(from + (row + i) * from_step + column);
        transpose(block);
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) _mm512_storeu_ps(to + (column + i) * to_step + row, block[i]);
        continue;
      }
      const __mmask16 across = first_lanes(width), down = first_lanes(height);
      for (int i = 0; i < 16; i++)
        block[i] = i < height ? _mm512_maskz_loadu_ps(across, from + (row + i) * from_step + column)
                              : _mm512_setzero_ps();
      transpose(block);
      for (int i = 0; i < 16 && i < kept; i++)
        _mm512_mask_storeu_ps(to + (column + i) * to_step + row, down, block[i]);
    }
}

/// Some neighbouring columns of a matrix as one panel, with zeros where it has no more.
template <int W>
static void pack(const float *from, int64_t step, int64_t rows, int64_t columns, float *panel) {
  __mmask16 lanes[W];
#pragma clang loop unroll(full)
  for (int w = 0; w < W; w++) lanes[w] = first_lanes(columns - w * 16);
  for (int64_t row = 0; row < rows; row++, from += step, panel += W * 16)
#pragma clang loop unroll(full)
    for (int w = 0; w < W; w++)
      _mm512_storeu_ps(panel + w * 16, _mm512_maskz_loadu_ps(lanes[w], from + w * 16));
}

/// How much of the summed axis a product goes through at a time, so that a panel's piece stays in the
/// first cache.
constexpr int64_t dense_depth = 128;
/// Rows of a part: some kilobytes of it.
constexpr int64_t dense_rows = 24;

/// Memory that is wanted after a part: so many bytes of each stream.
struct Wanted {
  const float *const *streams = nullptr;
  int64_t count = 0, offset = 0, bytes = 0;
};

/// `c(r, w) = a(r, k) * b(k, w)` for a part of up to `dense_rows` rows, W vectors wide, in pieces of the
/// summed axis; meanwhile what is `wanted` is brought to the cache.
template <int W> class PartProduct {
  static constexpr int64_t width = W * 16;
  static constexpr int block = W == 1 ? 12 : 24 / W;  // rows that fill the registers

  const float *a, *b;
  const int64_t step, depth;
  float *c;
  const int64_t c_step;
  const Wanted &wanted;
  int64_t calls = 0, call = 0;

  template <int R> void rows(int64_t row, int64_t k) {
    const int64_t piece = std::min(dense_depth, depth - k);
    const float *from = a + row * step + k, *panel = b + k * width;
    float *to = c + row * c_step;
    if (wanted.bytes == 0) {
      block_product<Float32, R, W, false>(from, step, 1, panel, width, piece, to, c_step, k > 0);
      return;
    }
    // Stream after stream, each by as many calls.
    const int64_t stream = call * wanted.count / calls;
    const int64_t first = (stream * calls + wanted.count - 1) / wanted.count;
    const int64_t last = ((stream + 1) * calls + wanted.count - 1) / wanted.count;
    const int64_t share = wanted.bytes / (last - first);
    block_product<Float32, R, W, false, true>(
        from, step, 1, panel, width, piece, to, c_step, k > 0, 16, 16,
        (const char *)(wanted.streams[stream] + wanted.offset) + (call - first) * share,
        std::min<int64_t>(128, share / piece + 1));
    call++;
  }

public:
  PartProduct(
      const float *a, int64_t step, const float *b, int64_t depth, float *c, int64_t c_step,
      const Wanted &wanted)
      : a(a), b(b), step(step), depth(depth), c(c), c_step(c_step), wanted(wanted) {}

  void run(int64_t height) {
    const int64_t pieces = (depth + dense_depth - 1) / dense_depth;
    calls = pieces * (height / block + height % block / 4 + height % block % 4);
    for (int64_t k = 0; k < depth; k += dense_depth) {
      int64_t row = 0;
      for (; row + block <= height; row += block) rows<block>(row, k);
      for (; row + 4 <= height; row += 4) rows<4>(row, k);
      for (; row < height; row++) rows<1>(row, k);
    }
  }
};

/// A layer's result: each element a sum over the inputs.
template <int W> class DenseForward final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  const DenseShape shape;

public:
  explicit DenseForward(const DenseShape &given) : shape(given) {
    part_rows = dense_rows;
    part_columns = width;
    scratch = sizeof(float) * (size_t)(omp_get_max_threads() * dense_rows * width);
  }

  void run(
      const float *x, const float *weights, float *result, void *scratch,
      const Loop *epilogue) const override {
    const int64_t parts = (shape.batch + dense_rows - 1) / dense_rows, panels = shape.panels();
    // What is larger is read by one thread.
    const bool by_rows = shape.batch >= shape.outputs;
    int team = 1;
    parallel(omp_get_max_threads(), [&](int thread, int total) {
      if (thread == 0) team = total;
      float *part = (float *)scratch + thread * dense_rows * width;
      if (epilogue) epilogue->begin(thread);
      int64_t begin, end;
      share(parts * panels, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t panel = by_rows ? number % panels : number / parts;
        const int64_t row = (by_rows ? number / panels : number % parts) * dense_rows;
        const int64_t height = std::min(dense_rows, shape.batch - row);
        const int64_t column = panel * width;
        // The last panel may be wider than the result.
        const int64_t columns = std::min(width, shape.outputs - column);
        const bool direct = result && columns == width;
        float *target = direct ? result + row * shape.outputs + column : part;
        const int64_t step = direct ? shape.outputs : width;
        PartProduct<W>(
            x + row * shape.inputs, shape.inputs, weights + panel * shape.rows() * width,
            shape.inputs, target, step, {}).run(height);
        if (epilogue) epilogue->take(thread, {row, column, height, columns, target, step});
        if (result && !direct)
          for (int64_t y = 0; y < height; y++)
            std::copy_n(part + y * width, columns, result + (row + y) * shape.outputs + column);
      }
    });
    if (epilogue) epilogue->finish(team);
  }
};

/// The weights' gradient: each element a sum over the batch.
template <int W> class DenseWeightGradient final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  const DenseShape shape;
  int64_t row_parts() const { return (shape.rows() + dense_rows - 1) / dense_rows; }

  /// A part, by number: parts follow each other such that what they share stays in the second cache.
  struct Place {
    int64_t panel, row, height;
  };
  Place place(int64_t number) const {
    const bool by_rows = shape.rows() > shape.panels() * width;
    const int64_t panel = by_rows ? number % shape.panels() : number / row_parts();
    const int64_t row = (by_rows ? number / shape.panels() : number % row_parts()) * dense_rows;
    return {panel, row, std::min(dense_rows, shape.rows() - row)};
  }
  /// From a thread's part to the next one's: far enough that a loop's prefetching does not touch it.
  int64_t part_step() const { return part_columns + 1040; }
  int64_t offset(const Place &place) const {
    return (place.panel * shape.rows() + place.row) * width;
  }

public:
  explicit DenseWeightGradient(const DenseShape &given) : shape(given) {
    part_columns = dense_rows * width;
    scratch = sizeof(float) * (size_t)((shape.rows() + shape.panels() * width) * shape.batch +
                                       omp_get_max_threads() * part_step());
  }

  void run(
      const float *x, const float *gradient, float *result, void *scratch,
      const Loop *epilogue) const override {
    const int64_t batch = shape.batch, panel_size = batch * width;
    float *turned = (float *)scratch;               // the layer's inputs, [rows][batch]
    float *panels = turned + shape.rows() * batch;  // the gradient, [panels][batch][width]
    float *parts = panels + shape.panels() * panel_size;
    const int threads = omp_get_max_threads();
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(shape.rows() / 16, thread, total, begin, end);
      turn(x + begin * 16, shape.inputs, batch, std::min(shape.inputs, end * 16) - begin * 16,
           turned + begin * 16 * batch, batch, (end - begin) * 16);
      share(shape.panels(), thread, total, begin, end);
      for (int64_t panel = begin; panel < end; panel++)
        pack<W>(gradient + panel * width, shape.outputs, batch, shape.outputs - panel * width,
                panels + panel * panel_size);
    });
    int team = 1;
    parallel(threads, [&](int thread, int total) {
      if (thread == 0) team = total;
      if (epilogue) epilogue->begin(thread);
      int64_t begin, end;
      share(shape.panels() * row_parts(), thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const Place here = place(number);
        float *target = result ? result + offset(here) : parts + thread * part_step();
        PartProduct<W>(
            turned + here.row * batch, batch, panels + here.panel * panel_size, batch, target, width,
            wanted(epilogue, place(number + 1 < end ? number + 1 : number))).run(here.height);
        if (epilogue) epilogue->take(thread, {0, offset(here), 1, here.height * width, target, 0});
      }
    });
    if (epilogue) epilogue->finish(team);
  }

private:
  /// What the loop reads for a part: the optimiser's states.
  Wanted wanted(const Loop *epilogue, const Place &next) const {
    if (!epilogue) return {};
    const auto &streams = epilogue->streams();
    return {streams.data(), (int64_t)streams.size(), offset(next),
            streams.empty() ? 0 : next.height * width * (int64_t)sizeof(float)};
  }
};
