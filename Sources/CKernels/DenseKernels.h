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
/// first cache, and the next one comes there.
constexpr int64_t dense_depth = 64;
/// Rows of a part: some kilobytes of it.
constexpr int64_t dense_rows = 24;

/// Memory that is wanted after a part: so many bytes of each stream.
struct Wanted {
  const float *const *streams = nullptr;
  int64_t count = 0, offset = 0, bytes = 0;
};

/// `c(r, w) = a(r, k) * b(k, w)` for some rows, W vectors wide, in pieces of the summed axis; meanwhile what is
/// `wanted`, or else the next piece, is brought to the cache.
template <int W> class PartProduct {
  static constexpr int64_t width = W * 16;
  static constexpr int block = W == 1 ? 12 : 24 / W;  // rows that fill the registers

  const float *a, *b;
  const int64_t step, depth;
  float *c;
  const int64_t c_step;
  const Wanted wanted;
  int64_t piece_calls = 0, calls = 0, call = 0;

  /// From where on a call brings memory to the cache, and how much of it: all calls together, what is wanted.
  struct Share {
    const float *first = nullptr;
    int64_t begin = 0, bytes = 0;
  };

  Share share_of_call(int64_t k) const {
    if (wanted.bytes > 0) {
      // Stream after stream, each by as many calls.
      const int64_t stream = call * wanted.count / calls;
      const int64_t first = (stream * calls + wanted.count - 1) / wanted.count;
      const int64_t last = ((stream + 1) * calls + wanted.count - 1) / wanted.count;
      const int64_t share = wanted.bytes / (last - first);
      return {wanted.streams[stream] + wanted.offset, (call - first) * share, share};
    }
    const int64_t next = std::min(dense_depth, depth - k - dense_depth);
    if (next <= 0 || piece_calls < 2) return {};
    const int64_t share = next * width * (int64_t)sizeof(float) / piece_calls;
    return {b + (k + dense_depth) * width, call % piece_calls * share, share};
  }

  template <int R> void rows(int64_t row, int64_t k) {
    const int64_t piece = std::min(dense_depth, depth - k);
    const float *from = a + row * step + k, *panel = b + k * width;
    float *to = c + row * c_step;
    const Share share = share_of_call(k);
    call++;
    if (share.bytes == 0) {
      block_product<Float32, R, W, false>(from, step, 1, panel, width, piece, to, c_step, k > 0);
      return;
    }
    block_product<Float32, R, W, false, true>(
        from, step, 1, panel, width, piece, to, c_step, k > 0, 16, 16,
        (const char *)share.first + share.begin, std::min<int64_t>(128, share.bytes / piece + 1));
  }

public:
  PartProduct(
      const float *a, int64_t step, const float *b, int64_t depth, float *c, int64_t c_step,
      const Wanted &wanted = {})
      : a(a), b(b), step(step), depth(depth), c(c), c_step(c_step), wanted(wanted) {}

  void run(int64_t height) {
    const int64_t pieces = (depth + dense_depth - 1) / dense_depth;
    piece_calls = height / block + height % block / 4 + height % block % 4;
    calls = pieces * piece_calls;
    for (int64_t k = 0; k < depth; k += dense_depth) {
      int64_t row = 0;
      for (; row + block <= height; row += block) rows<block>(row, k);
      for (; row + 4 <= height; row += 4) rows<4>(row, k);
      for (; row < height; row++) rows<1>(row, k);
    }
  }
};

/// Rows of the batch that go through a piece of a panel while it is in the first cache.
constexpr int64_t dense_batch = 96;
/// Terms that are added to one sum: of more there are several sums, which are added at the end, since what single
/// precision loses grows with their number.
constexpr int64_t dense_terms = 1024;

/// Adds sums, or sets them.
static void add_sums(const float *sums, int64_t count, bool adds, float *to) {
  for (int64_t i = 0; i < count; i += 16) {
    const __m512 sum = _mm512_loadu_ps(sums + i);
    _mm512_storeu_ps(to + i, adds ? sum + _mm512_loadu_ps(to + i) : sum);
  }
}

/// A layer's result: each element a sum over the inputs.
template <int W> class DenseForward final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  const DenseShape shape;
  const int threads;
  int64_t blocks() const { return (shape.batch + dense_batch - 1) / dense_batch; }

public:
  explicit DenseForward(const DenseShape &given) : shape(given), threads(omp_get_max_threads()) {
    part_rows = dense_rows;
    part_columns = width;
    scratch = sizeof(float) * (size_t)(threads * 2 * dense_batch * width);
    pieces = pieces_for(threads, blocks() * shape.panels(), shape.is_little());
  }

  void run(
      const float *x, const float *weights, float *result, void *scratch,
      const Loop *epilogue) const override {
    const int64_t blocks = this->blocks(), panels = shape.panels();
    // What is larger is read by one thread.
    const bool by_rows = shape.batch >= shape.outputs;
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      float *sums = (float *)scratch + thread * 2 * dense_batch * width;
      if (epilogue) epilogue->begin(thread, piece);
      int64_t begin, end;
      share(blocks * panels, piece, pieces, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t panel = by_rows ? number % panels : number / blocks;
        const int64_t row = (by_rows ? number / panels : number % blocks) * dense_batch;
        const int64_t height = std::min(dense_batch, shape.batch - row);
        multiply(x + row * shape.inputs, weights + panel * shape.rows() * width, height, sums);
        hand_out(shape, {thread, piece, epilogue, result}, row, height, panel * width, sums, dense_rows);
      }
    });
    if (epilogue) epilogue->finish();
  }

private:
  void multiply(const float *x, const float *panel, int64_t height, float *sums) const {
    const bool is_one = shape.inputs <= dense_terms;
    float *part = is_one ? sums : sums + dense_batch * width;
    for (int64_t k = 0; k < shape.inputs; k += dense_terms) {
      const int64_t terms = std::min(dense_terms, shape.inputs - k);
      PartProduct<W>(x + k, shape.inputs, panel + k * width, terms, part, width).run(height);
      if (!is_one) add_sums(part, height * width, k > 0, sums);
    }
  }
};

/// The inputs' gradient: rows of weights times the result's gradient, turned before and after.
template <int W> class DenseInputGradient final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  static constexpr int64_t rows = 96;      // inputs that are made together
  static constexpr int64_t columns = 64;   // of the batch, likewise
  const DenseShape shape;
  const int threads;
  const int64_t batches;                   // so many columns each
  int64_t row_blocks() const { return (shape.inputs + rows - 1) / rows; }

public:
  explicit DenseInputGradient(const DenseShape &given)
      : shape(given), threads(omp_get_max_threads()), batches((given.batch + columns - 1) / columns) {
    part_rows = 16;
    part_columns = rows;
    scratch = sizeof(float) * (size_t)(batches * shape.panels() * width * columns +
                                       threads * thread_floats());
    pieces = pieces_for(threads, row_blocks(), shape.is_little());
  }

  void run(
      const float *gradient, const float *weights, float *result, void *scratch,
      const Loop *epilogue) const override {
    float *turned = (float *)scratch;  // the result's gradient, [batches][outputs][columns]
    const int64_t outputs = shape.panels() * width;
    float *own = turned + batches * outputs * columns;
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(batches * outputs / 16, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t batch = number / (outputs / 16), output = number % (outputs / 16) * 16;
        const int64_t height = std::min(columns, shape.batch - batch * columns);
        float *to = turned + (batch * outputs + output) * columns;
        if (height < columns) std::fill_n(to, 16 * columns, 0.0f);
        turn(
            gradient + batch * columns * shape.outputs + output, shape.outputs, height,
            shape.outputs - output, to, columns, 16);
      }
    });
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      float *sums = own + thread * thread_floats(), *part = sums + batches * rows * columns;
      float *turned_part = part + (has_parts() ? batches * rows * columns : 0);
      if (epilogue) epilogue->begin(thread, piece);
      int64_t begin, end;
      share(row_blocks(), piece, pieces, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const int64_t input = number * rows;
        multiply(weights, input, turned, part, sums);
        hand_out_turned(
            shape, {thread, piece, epilogue, result}, input, rows, turned_part, columns,
            [&](int64_t row, int64_t batch) {
              return sums + (batch / columns * rows + row) * columns + batch % columns;
            });
      }
    });
    if (epilogue) epilogue->finish();
  }

private:
  bool has_parts() const { return shape.panels() * width > dense_terms; }
  int64_t thread_floats() const {
    return (has_parts() ? 2 : 1) * batches * rows * columns + 16 * rows + 16;
  }

  void multiply(
      const float *weights, int64_t input, const float *turned, float *part, float *sums) const {
    if (!has_parts()) return add_panels(weights, input, turned, 0, shape.panels(), sums);
    const int64_t panels = dense_terms / width;
    for (int64_t panel = 0; panel < shape.panels(); panel += panels) {
      add_panels(weights, input, turned, panel, std::min(panel + panels, shape.panels()), part);
      add_sums(part, batches * rows * columns, panel > 0, sums);
    }
  }

  void add_panels(
      const float *weights, int64_t input, const float *turned, int64_t first, int64_t last,
      float *sums) const {
    const int64_t height = std::min(rows, shape.rows() - input), outputs = shape.panels() * width;
    for (int64_t panel = first; panel < last; panel++)
      for (int64_t batch = 0; batch < batches; batch++) {
        const float *a = weights + (panel * shape.rows() + input) * width;
        const float *b = turned + (batch * outputs + panel * width) * columns;
        float *c = sums + batch * rows * columns;
        int64_t row = 0;
        // The rows that follow are brought to the cache meanwhile.
        for (; row + 6 <= height; row += 6)
          block_product<Float32, 6, 4, false, true>(
              a + row * width, width, 1, b, columns, width, c + row * columns, columns, panel > first, 16, 16,
              (const char *)(a + (row + 6) * width), 6 * (int64_t)sizeof(float));
        for (; row < height; row++)
          block_product<Float32, 1, 4, false>(
              a + row * width, width, 1, b, columns, width, c + row * columns, columns, panel > first);
      }
  }
};

/// The weights' gradient: each element a sum over the batch.
template <int W> class DenseWeightGradient final : public OwnProduct {
  static constexpr int64_t width = W * 16;
  const DenseShape shape;
  const int threads;
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
  explicit DenseWeightGradient(const DenseShape &given) : shape(given), threads(omp_get_max_threads()) {
    part_columns = dense_rows * width;
    scratch = sizeof(float) * (size_t)((shape.rows() + shape.panels() * width) * shape.batch +
                                       threads * part_step());
    pieces = pieces_for(threads, shape.panels() * row_parts(), shape.is_little());
  }

  void run(
      const float *x, const float *gradient, float *result, void *scratch,
      const Loop *epilogue) const override {
    const int64_t batch = shape.batch, panel_size = batch * width;
    float *turned = (float *)scratch;               // the layer's inputs, [rows][batch]
    float *panels = turned + shape.rows() * batch;  // the gradient, [panels][batch][width]
    float *parts = panels + shape.panels() * panel_size;
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
    parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
      if (epilogue) epilogue->begin(thread, piece);
      int64_t begin, end;
      share(shape.panels() * row_parts(), piece, pieces, begin, end);
      for (int64_t number = begin; number < end; number++) {
        const Place here = place(number);
        float *target = result ? result + offset(here) : parts + thread * part_step();
        PartProduct<W>(
            turned + here.row * batch, batch, panels + here.panel * panel_size, batch, target, width,
            wanted(epilogue, place(number + 1 < end ? number + 1 : number))).run(here.height);
        if (epilogue) epilogue->take(thread, piece, {0, offset(here), 1, here.height * width, target, 0});
      }
    });
    if (epilogue) epilogue->finish();
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
