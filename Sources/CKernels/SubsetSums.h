// Masked products by the method of the four Russians (Arlazarov, Dinic, Kronrod, Faradzev 1970): what four
// rows of v add to a row of the result is one of sixteen sums, made once for all rows and looked up by four
// signs. A look-up and an addition do the work of four multiplications.
//
// Included where the target attributes of AVX-512 are in force.

namespace gansh {
namespace {

class SubsetSums final : public MaskedProduct {
  static constexpr int64_t group = 4;          // rows of v whose signs choose a sum
  static constexpr int64_t word = 32 / group;  // groups whose signs are in a word
  static constexpr int64_t W = 2;              // vectors of columns
  static constexpr int64_t width = W * 16;
  static constexpr int64_t choices = 1 << group;
  /// Words whose groups' sums are looked up together: they fill most of the first cache.
  static constexpr int64_t block = 2;
  static constexpr int64_t depth = block * word * group;  // rows of v in a block
  static constexpr int64_t sums_size = block * word * choices * width;

  const MaskedShape shape;
  const int64_t rows;   // of the result, and more where its panels have more
  const int64_t words;  // along the summed axis
  const int64_t tiles;  // of `width` columns
  const int64_t inputs; // columns of v, filled up as panels have them
  int64_t workspace_size;    // floats of a thread: the sums, rows of v from panels, and a tile of the result

  static int64_t rounded(int64_t count, int64_t size) { return (count + size - 1) / size * size; }
  /// Whether v, or the result, is in panels.
  bool from_panels() const { return shape.panel && !shape.transposed; }
  bool to_panels() const { return shape.panel && shape.transposed; }

public:
  explicit SubsetSums(const MaskedShape &given)
      : shape(given),
        rows(rounded(given.kept(), given.transposed && given.panel ? given.panel : 16)),
        words(rounded(given.summed(), depth) / (word * group)),
        tiles((given.width + width - 1) / width), inputs(rounded(given.width, 16)) {
    workspace_size = sums_size + depth * width + rows * width;
    scratch = sizeof(float) * (size_t)(rows * words + omp_get_max_threads() * workspace_size);
  }

  void run(
      const float *x, const float *rows, const float *columns, const float *v, float *result,
      void *scratch) const override {
    const Operands given{v, shape.transposed ? columns : rows, shape.transposed ? rows : columns, result};
    auto signs = (uint32_t *)scratch;
    auto workspace = [&](int thread) {
      return (float *)(signs + this->rows * words) + thread * workspace_size;
    };
    const int threads = omp_get_max_threads();
    if (!shape.transposed) {
      parallel(threads, [&](int thread, int total) {
        int64_t begin, end;
        share(this->rows / 16, thread, total, begin, end);
        begin *= 16, end = std::min(end * 16, shape.rows);
        read_across(x, begin, end, signs);
        for (int64_t tile = 0; tile < tiles; tile++)
          multiply(given, signs, tile, begin, end, workspace(thread));
      });
      return;
    }
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(words, thread, total, begin, end);
      for (int64_t number = begin; number < end; number++) read_down(x, number, signs);
    });
    parallel(threads, [&](int thread, int total) {
      int64_t begin, end;
      share(tiles, thread, total, begin, end);
      for (int64_t tile = begin; tile < end; tile++)
        multiply(given, signs, tile, 0, to_panels() ? this->rows : shape.kept(), workspace(thread));
    });
  }

private:
  struct Operands {
    const float *v, *kept_scale, *summed_scale;
    float *result;
  };

  // MARK: Signs

  // The first of the summed axis is in the lowest bit. Words are `[rows][words]`, or `[words][rows]`
  // where x is read down its columns.

  int64_t row_step() const { return shape.transposed ? 1 : words; }
  int64_t word_step() const { return shape.transposed ? rows : 1; }

  void read_across(const float *x, int64_t begin, int64_t end, uint32_t *signs) const {
    const __m512 zero = _mm512_setzero_ps();
    for (int64_t row = begin; row < end; row++) {
      auto halves = (__mmask16 *)(signs + row * words);
      const float *from = x + row * shape.columns;
      for (int64_t column = 0; column < words * 32; column += 16)
        halves[column / 16] = _mm512_cmp_ps_mask(
            _mm512_maskz_loadu_ps(first_lanes(shape.columns - column), from + column), zero,
            _CMP_GT_OQ);
    }
  }

  /// The signs of 32 rows of x.
  void read_down(const float *x, int64_t number, uint32_t *signs) const {
    const __m512 zero = _mm512_setzero_ps();
    const int64_t height = std::min<int64_t>(32, shape.rows - number * 32);
    for (int64_t column = 0; column < rows; column += 16) {
      const __mmask16 across = first_lanes(shape.columns - column);
      const float *from = x + number * 32 * shape.columns + column;
      __m512i word = _mm512_setzero_si512();
      for (int64_t r = 0; across && r < height; r++, from += shape.columns) {
        const __mmask16 open =
            _mm512_cmp_ps_mask(_mm512_maskz_loadu_ps(across, from), zero, _CMP_GT_OQ);
        word = _mm512_mask_or_epi32(word, open, word, _mm512_set1_epi32((int)(1u << r)));
      }
      _mm512_storeu_si512(signs + number * rows + column, word);
    }
  }

  // MARK: Sums

  /// Some rows of a tile of the result.
  void multiply(
      const Operands &given, const uint32_t *signs, int64_t tile, int64_t begin, int64_t end,
      float *workspace) const {
    float *sums = workspace, *turned = sums + sums_size, *part = turned + depth * width;
    const int64_t column = tile * width, across = std::min(width, shape.width - column);
    const bool direct = across == width && !to_panels();
    float *target = direct ? given.result + begin * shape.width + column : part;
    const int64_t step = direct ? shape.width : width;
    for (int64_t first = 0; first < words; first += block) {
      fill(sums, given, first * 32, column, turned);
      const uint32_t *from = signs + begin * row_step() + first * word_step();
      const bool last = first + block == words;
      const float *scale = last && !to_panels() ? given.kept_scale + begin : nullptr;
      int64_t row = 0;
      for (; row + 4 <= end - begin; row += 4)
        look_up<4>(from + row * row_step(), sums, target + row * step, step, first > 0,
                   scale ? scale + row : nullptr);
      for (; row < end - begin; row++)
        look_up<1>(from + row * row_step(), sums, target + row * step, step, first > 0,
                   scale ? scale + row : nullptr);
    }
    if (to_panels()) return turn_to_panels(given, part, column);
    if (direct) return;
    for (int64_t row = begin; row < end; row++)
      std::copy_n(part + (row - begin) * width, across, given.result + row * shape.width + column);
  }

  /// The sums of a block's groups, `[groups][choices][width]`, of rows of v from `k` on.
  void fill(
      float *sums, const Operands &given, int64_t k, int64_t column, float *turned) const {
    const float *v = given.v + k * shape.width + column;
    int64_t step = shape.width;
    if (from_panels()) {
      turn_from_panels(given.v, k, column, turned);
      v = turned, step = width;
    }
    __mmask16 lanes[W];
    for (int w = 0; w < W; w++) lanes[w] = first_lanes(shape.width - column - w * 16);
    const __m512 slope = _mm512_set1_ps(shape.slope), rise = _mm512_set1_ps(1 - shape.slope);
    for (int64_t g = 0; g < block * word; g++, v += group * step, sums += choices * width)
      for (int w = 0; w < W; w++) {
        __m512 sum[choices], open[group];
#pragma clang loop unroll(full)
        for (int i = 0; i < group; i++) {
          const int64_t row = k + g * group + i;
          open[i] = row < shape.summed()
                        ? _mm512_mul_ps(_mm512_set1_ps(given.summed_scale[row]),
                                        _mm512_maskz_loadu_ps(lanes[w], v + i * step + w * 16))
                        : _mm512_setzero_ps();
        }
        sum[0] = _mm512_mul_ps(
            slope, _mm512_add_ps(_mm512_add_ps(open[0], open[1]), _mm512_add_ps(open[2], open[3])));
#pragma clang loop unroll(full)
        for (int i = 0; i < group; i++) {
          open[i] = _mm512_mul_ps(open[i], rise);
#pragma clang loop unroll(full)
          for (int n = 0; n < 1 << i; n++) sum[n + (1 << i)] = _mm512_add_ps(sum[n], open[i]);
        }
#pragma clang loop unroll(full)
        for (int n = 0; n < choices; n++) _mm512_storeu_ps(sums + n * width + w * 16, sum[n]);
      }
  }

  /// Adds to (or sets) R rows of a tile what the signs of a block choose; multiplies them by `scale` if
  /// there is one.
  template <int R>
  __attribute__((noinline)) void look_up(
      const uint32_t *signs, const float *sums, float *target, int64_t step, bool accumulates,
      const float *scale) const {
    // An offset into a group's sums, in bytes: the signs times this.
    constexpr int size = __builtin_ctz(width * sizeof(float));
    const int64_t row_step = this->row_step(), word_step = this->word_step();
    __m512 sum[R][W];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++)
#pragma clang loop unroll(full)
      for (int w = 0; w < W; w++)
        sum[r][w] = accumulates ? _mm512_loadu_ps(target + r * step + w * 16) : _mm512_setzero_ps();
    auto from = (const char *)sums;
#pragma clang loop unroll(disable)
    for (int64_t number = 0; number < block; number++, signs += word_step) {
      uint64_t signs_of[R];
#pragma clang loop unroll(full)
      for (int r = 0; r < R; r++) signs_of[r] = (uint64_t)signs[r * row_step] << size;
#pragma clang loop unroll(full)
      for (int g = 0; g < word; g++, from += sizeof(float) * choices * width)
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
          const uint64_t offset = signs_of[r] >> (group * g) & (uint64_t)(choices - 1) << size;
#pragma clang loop unroll(full)
          for (int w = 0; w < W; w++)
            sum[r][w] = _mm512_add_ps(sum[r][w], _mm512_loadu_ps(from + offset + w * 64));
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++)
#pragma clang loop unroll(full)
      for (int w = 0; w < W; w++)
        _mm512_storeu_ps(
            target + r * step + w * 16,
            scale ? _mm512_mul_ps(sum[r][w], _mm512_set1_ps(scale[r])) : sum[r][w]);
  }

  // MARK: Panels

  float *place(const float *panels, int64_t output, int64_t input) const {
    return const_cast<float *>(panels) + output / shape.panel * (inputs * shape.panel) +
           input * shape.panel + output % shape.panel;
  }

  /// Rows `k` and on of v, as `[depth][width]`.
  void turn_from_panels(const float *v, int64_t k, int64_t column, float *turned) const {
    for (int64_t i = 0; i < depth && k + i < rounded(shape.summed(), 16); i += 16)
      for (int64_t j = 0; j < width && column + j < inputs; j += 16) {
        __m512 square[16];
#pragma clang loop unroll(full)
        for (int n = 0; n < 16; n++)
          square[n] = _mm512_loadu_ps(place(v, k + i, column + j) + n * shape.panel);
        transpose(square);
#pragma clang loop unroll(full)
        for (int n = 0; n < 16; n++) _mm512_storeu_ps(turned + (i + n) * width + j, square[n]);
      }
  }

  /// A tile of the result, which is `[rows][width]`, to its place; zeros where panels have more.
  void turn_to_panels(const Operands &given, const float *part, int64_t column) const {
    for (int64_t row = 0; row < rows; row += 16) {
      const __m512 scale = _mm512_maskz_loadu_ps(
          first_lanes(shape.kept() - row), given.kept_scale + row);
      for (int64_t j = 0; j < width && column + j < inputs; j += 16) {
        __m512 square[16];
#pragma clang loop unroll(full)
        for (int n = 0; n < 16; n++) square[n] = _mm512_loadu_ps(part + (row + n) * width + j);
        transpose(square);
#pragma clang loop unroll(full)
        for (int n = 0; n < 16; n++)
          _mm512_storeu_ps(
              place(given.result, row, column + j) + n * shape.panel,
              _mm512_mul_ps(square[n], scale));
      }
    }
  }
};

}  // namespace
}  // namespace gansh
