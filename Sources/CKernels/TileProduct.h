// Products of bfloat16 matrices in tiles, the inner loop of the kernels that use them. Included where the target
// attributes of AMX are in force.
//
// A tile of the left operand is sixteen rows of 32 values of the summed axis; one of the right operand is sixteen
// pairs of its values, each of sixteen columns: `[pair][column][2]`; one of the result sixteen rows of sixteen
// sums in single precision. A product of two tiles takes the processor 16 cycles, in which it can load two tiles
// at most, one from the second cache. Four rows of tiles are multiplied with one column: five loads for four products.
//
// Two rows with two columns would take four, but all eight of the registers. Beside another thread of the same core the
// processor has too few of them to work ahead then, and a product takes 60 cycles instead of 39.
#pragma once

#include <immintrin.h>
#include <stdint.h>

#include <type_traits>

#include "BlockProduct.h"

namespace gansh {

/// Values of a tile of bfloat16.
constexpr int64_t tile_values = 512;
/// Sums of a tile of the result.
constexpr int64_t tile_sums = 256;

/// The tiles of the calling thread, while it lives: all of sixteen rows of 64 bytes.
class TileScope {
public:
  TileScope() {
    struct alignas(64) {
      uint8_t palette = 1, start_row = 0, reserved[14] = {};
      uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } configuration;
    _tile_loadconfig(&configuration);
  }
  ~TileScope() { _tile_release(); }
  TileScope(const TileScope &) = delete;
  TileScope &operator=(const TileScope &) = delete;
};

/// Up to four rows of tiles of a result, as sums in the processor's tiles.
template <int Rows> struct TileSums {
  static_assert(Rows >= 1 && Rows <= 4);

  static GANSH_FORCE void clear() {
    _tile_zero(0);
    if (Rows > 1) _tile_zero(1);
    if (Rows > 2) _tile_zero(2);
    if (Rows > 3) _tile_zero(3);
  }
  /// Adds the products of a tile of each row, `step` values apart, with one of the column.
  static GANSH_FORCE void add(const uint16_t *left, int64_t step, const uint16_t *right) {
    _tile_loadd(5, right, 64);
    _tile_loadd(4, left, 64);
    _tile_dpbf16ps(0, 4, 5);
    if (Rows > 1) {
      _tile_loadd(4, left + step, 64);
      _tile_dpbf16ps(1, 4, 5);
    }
    if (Rows > 2) {
      _tile_loadd(4, left + 2 * step, 64);
      _tile_dpbf16ps(2, 4, 5);
    }
    if (Rows > 3) {
      _tile_loadd(4, left + 3 * step, 64);
      _tile_dpbf16ps(3, 4, 5);
    }
  }
  /// The same, with each row's tile at a place of its own.
  static GANSH_FORCE void add(const uint16_t *const *left, int64_t offset, const uint16_t *right) {
    _tile_loadd(5, right, 64);
    _tile_loadd(4, left[0] + offset, 64);
    _tile_dpbf16ps(0, 4, 5);
    if (Rows > 1) {
      _tile_loadd(4, left[1] + offset, 64);
      _tile_dpbf16ps(1, 4, 5);
    }
    if (Rows > 2) {
      _tile_loadd(4, left[2] + offset, 64);
      _tile_dpbf16ps(2, 4, 5);
    }
    if (Rows > 3) {
      _tile_loadd(4, left[3] + offset, 64);
      _tile_dpbf16ps(3, 4, 5);
    }
  }
  /// Sums from memory, and to it: `place(row)` is where those of a row of tiles begin, whose own rows are `step`
  /// floats apart.
  template <class Place> static GANSH_FORCE void load(Place &&place, int64_t step) {
    _tile_loadd(0, place(0), step * 4);
    if (Rows > 1) _tile_loadd(1, place(1), step * 4);
    if (Rows > 2) _tile_loadd(2, place(2), step * 4);
    if (Rows > 3) _tile_loadd(3, place(3), step * 4);
  }
  template <class Place> static GANSH_FORCE void store(Place &&place, int64_t step) {
    _tile_stored(0, place(0), step * 4);
    if (Rows > 1) _tile_stored(1, place(1), step * 4);
    if (Rows > 2) _tile_stored(2, place(2), step * 4);
    if (Rows > 3) _tile_stored(3, place(3), step * 4);
  }
};

/// Calls `use` with so many rows, up to four, as a constant.
template <class Use> static GANSH_FORCE void with_rows(int64_t rows, Use &&use) {
  switch (rows) {
    case 1: return use(std::integral_constant<int, 1>());
    case 2: return use(std::integral_constant<int, 2>());
    case 3: return use(std::integral_constant<int, 3>());
    default: return use(std::integral_constant<int, 4>());
  }
}

/// Thirty-two values of the summed axis, the first sixteen in `low`.
static GANSH_FORCE __m512i row_of_tile(__m512 low, __m512 high) {
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/// Sixteen columns of two neighbours on the summed axis.
static GANSH_FORCE __m512i pairs_of_tile(__m512 first, __m512 second) {
  const __m512 values[2] = {first, second};
  return (__m512i)Bfloat16::interleave(values);
}

static GANSH_FORCE void store_tile(const __m512 tile[16], uint16_t *to) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) _mm512_storeu_ps((float *)(to + i * 32), tile[i]);
}

/// The product of some rows of tiles with some columns, over so many tiles each that lie together; added to what is in
/// memory where it `adds`. From a row's tiles to the next's it is `left_step` values, from a column's `right_step`; the
/// sums of a tile lie `row_step` and `column_step` floats from the next's, and their rows `step`. `between` is called
/// after each tile of a column.
template <class Between>
static GANSH_FORCE void multiply_tiles(
    int64_t rows, int64_t columns, const uint16_t *left, int64_t left_step, const uint16_t *right,
    int64_t right_step, int64_t depth, bool adds, float *sums, int64_t row_step, int64_t column_step,
    int64_t step, Between &&between) {
  for (int64_t row = 0; row < rows; row += 4)
    for (int64_t column = 0; column < columns; column++)
      with_rows(rows - row, [&](auto count) __attribute__((always_inline)) {
        using Sums = TileSums<decltype(count)::value>;
        const uint16_t *a = left + row * left_step, *b = right + column * right_step;
        auto place = [&](int64_t r) __attribute__((always_inline)) {
          return sums + (row + r) * row_step + column * column_step;
        };
        if (adds)
          Sums::load(place, step);
        else
          Sums::clear();
        for (int64_t k = 0; k < depth; k++, a += tile_values, b += tile_values) {
          Sums::add(a, left_step, b);
          between();
        }
        Sums::store(place, step);
      });
}

/// How often that calls `between`, for each tile of the summed axis.
inline int64_t calls_between(int64_t rows, int64_t columns) { return (rows + 3) / 4 * columns; }

}  // namespace gansh
