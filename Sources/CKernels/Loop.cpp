#include "Loop.h"

#include <algorithm>
#include <limits>

#include "Parallel.h"
#include "VectorMath.h"

namespace gansh {
namespace {

/// Floats in a tile: four kilobytes, so that a chain's tiles stay in the first cache.
constexpr int64_t tile_size = 1024;
/// With machine code a tile is no more than what a thread takes at a time; single-precision sums are as
/// long as this over sixteen.
constexpr int64_t code_tile_size = 4096;
/// Index spaces below this are not worth waking a second thread for.
constexpr int64_t parallel_threshold = 8192;
/// Index spaces below this, and sums above so many, are worth as many pieces as threads only.
constexpr int64_t little_loop = 1 << 18;
constexpr size_t long_sums = 4096;

#define GANSH_EACH(expression)                                    \
  {                                                               \
    _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++) \
        r[i] = (expression);                                      \
  }                                                               \
  break;

#define GANSH_BINARY(expression_of_x_y)                                                      \
  {                                                                                          \
    if (b == nullptr) {                                                                      \
      const float y = sb;                                                                    \
      _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++) {       \
        const float x = a[i];                                                                \
        r[i] = (expression_of_x_y);                                                          \
      }                                                                                      \
    } else if (a == nullptr) {                                                               \
      const float x = sa;                                                                    \
      _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++) {       \
        const float y = b[i];                                                                \
        r[i] = (expression_of_x_y);                                                          \
      }                                                                                      \
    } else {                                                                                 \
      _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < n; i++) {       \
        const float x = a[i], y = b[i];                                                      \
        r[i] = (expression_of_x_y);                                                          \
      }                                                                                      \
    }                                                                                        \
  }                                                                                          \
  break;

/// One instruction over a tile. A null operand is a scalar; at least one is not null.
GANSH_CLONES void execute(
    gansh_op op, float *r, const float *a, const float *b, const float *c, float sa, float sb,
    float sc, int64_t n) {
  switch (op) {
    case gansh_op_copy: GANSH_EACH(a[i])
    case gansh_op_negate: GANSH_EACH(-a[i])
    case gansh_op_exp: GANSH_EACH(exponential(a[i]))
    case gansh_op_log: GANSH_EACH(logarithm(a[i]))
    case gansh_op_sqrt: GANSH_EACH(__builtin_sqrtf(a[i]))
    case gansh_op_tanh: GANSH_EACH(hyperbolic_tangent(a[i]))
    case gansh_op_sigmoid: GANSH_EACH(sigmoid(a[i]))
    case gansh_op_softplus: GANSH_EACH(softplus(a[i]))
    case gansh_op_absolute: GANSH_EACH(__builtin_fabsf(a[i]))
    case gansh_op_sign: GANSH_EACH(a[i] > 0.0f ? 1.0f : (a[i] < 0.0f ? -1.0f : 0.0f))
    case gansh_op_erf:
      for (int64_t i = 0; i < n; i++) r[i] = erff(a[i]);
      break;
    case gansh_op_add: GANSH_BINARY(x + y)
    case gansh_op_subtract: GANSH_BINARY(x - y)
    case gansh_op_multiply: GANSH_BINARY(x * y)
    case gansh_op_divide: GANSH_BINARY(x / y)
    case gansh_op_maximum: GANSH_BINARY(x > y ? x : (x != x ? x : y))
    case gansh_op_minimum: GANSH_BINARY(x < y ? x : (x != x ? x : y))
    case gansh_op_greater: GANSH_BINARY(x > y ? 1.0f : 0.0f)
    case gansh_op_select:
      if (b == nullptr) {
        GANSH_EACH(a[i] > 0.0f ? sb : c[i])
      } else if (c == nullptr) {
        GANSH_EACH(a[i] > 0.0f ? b[i] : sc)
      } else {
        GANSH_EACH(a[i] > 0.0f ? b[i] : c[i])
      }
  }
}

GANSH_CLONES void splat(float *r, float value, int64_t n) {
  for (int64_t i = 0; i < n; i++) r[i] = value;
}

/// Pairwise in lanes, so that a tile's sum is as good as its longest lane of 32.
GANSH_CLONES double sum(const float *values, int64_t n) {
  float lanes[32] = {0};
  int64_t i = 0;
  for (; i + 32 <= n; i += 32)
    for (int64_t j = 0; j < 32; j++) lanes[j] += values[i + j];
  double total = 0;
  for (int64_t j = 0; j < 32; j++) total += lanes[j];
  for (; i < n; i++) total += values[i];
  return total;
}

/// Adds (or takes the maximum of) each column of a tile.
GANSH_CLONES void reduce_columns(
    double *into, const float *values, int64_t height, int64_t width, bool maximum) {
  for (int64_t start = 0; start < width; start += 64) {
    int64_t size = std::min<int64_t>(64, width - start);
    float lanes[64];
    for (int64_t j = 0; j < size; j++) lanes[j] = values[start + j];
    for (int64_t row = 1; row < height; row++) {
      const float *line = values + row * width + start;
      if (maximum)
        for (int64_t j = 0; j < size; j++) lanes[j] = lanes[j] > line[j] ? lanes[j] : line[j];
      else
        for (int64_t j = 0; j < size; j++) lanes[j] += line[j];
    }
    for (int64_t j = 0; j < size; j++) {
      double &target = into[start + j];
      target = maximum ? std::max(target, (double)lanes[j]) : target + lanes[j];
    }
  }
}

GANSH_CLONES void expand(
    float *target, const float *source, int64_t row, int64_t column, int64_t height,
    int64_t width) {
  int64_t y = 0;
  if (column == 0 && width < 16)  // a vector a row, of which the next row covers what is too much
    for (; (height - y) * width >= 16; y++, target += width, source += row) {
      const float value = *source;
      for (int64_t x = 0; x < 16; x++) target[x] = value;
    }
  for (; y < height; y++, target += width, source += row) {
    if (column == 0) {
      float value = *source;
      for (int64_t x = 0; x < width; x++) target[x] = value;
    } else if (column == 1) {
      for (int64_t x = 0; x < width; x++) target[x] = source[x];
    } else {
      for (int64_t x = 0; x < width; x++) target[x] = source[x * column];
    }
  }
}

void scatter(float *target, const float *source, float scalar, int64_t row, int64_t column,
             int64_t height, int64_t width) {
  for (int64_t y = 0; y < height; y++, target += row)
    for (int64_t x = 0; x < width; x++)
      target[x * column] = source ? source[y * width + x] : scalar;
}

GANSH_CLONES void add(double *into, int64_t step, const float *values, int64_t n) {
  if (step == 1)
    for (int64_t i = 0; i < n; i++) into[i] += values[i];
  else
    for (int64_t i = 0; i < n; i++) into[i * step] += values[i];
}

bool is_contiguous(const TileView &view, int64_t height, int64_t width) {
  return view.column == 1 && (height == 1 || view.row == width);
}

size_t rounded(size_t bytes) { return (bytes + 63) & ~size_t(63); }

}  // namespace

Loop::Loop(const gansh_loop &description, const Fusion *fusion) : rank(description.rank) {
  std::copy(description.extents, description.extents + rank, extents);
  int64_t count = 1;
  for (int axis = 0; axis < rank; axis++) count *= extents[axis];
  threads = count < parallel_threshold && !fusion ? 1 : omp_get_max_threads();

  std::vector<Operand> loaded;
  for (int i = 0; i < description.load_count; i++) {
    const gansh_view &view = description.loads[i];
    bool varies = std::any_of(view.strides, view.strides + rank, [](int64_t s) { return s != 0; });
    if (varies) {
      if (fusion && fusion->load == i) fused_load = (int32_t)loads.size();
      loaded.push_back({Operand::tile, (int32_t)loads.size()});
      loads.push_back(tile_view(view));
    } else {
      loaded.push_back({Operand::scalar, (int32_t)constants.size()});
      scalars.push_back({view.base, (int32_t)constants.size()});
      constants.push_back(0);
    }
  }
  registers = description.registers;
  for (int i = 0; i < description.instruction_count; i++) {
    const gansh_instruction &given = description.instructions[i];
    Instruction instruction{given.op, (int32_t)loads.size() + given.result, {}};
    for (int j = 0; j < 3; j++)
      instruction.operands[j] = convert(given.operands[j], description, loaded);
    instructions.push_back(instruction);
  }
  for (int i = 0; i < description.store_count; i++)
    stores.push_back({convert(description.stores[i].source, description, loaded),
                      tile_view(description.stores[i].view)});
  for (int i = 0; i < description.reduction_count; i++) {
    const gansh_reduction &given = description.reductions[i];
    reductions.push_back({convert(given.source, description, loaded), given.kind,
                          tile_view(given.view), given.count});
  }
  if (fusion && rank == 1)
    for (size_t i = 0; i < loads.size(); i++)
      if ((int32_t)i != fused_load && loads[i].column == 1) read_along.push_back(loads[i].view.base);
  set_tile(code_tile_size, fusion);
  make_code();
  if (!code) set_tile(tile_size, fusion);
  accumulators = 0;
  for (size_t i = 0; i < reductions.size(); i++) {
    Reduction &reduction = reductions[i];
    reduction.is_whole = code && !fusion && reduced_into[i] == LoopCode::Reduction::Into::rows && is_whole(reduction.target);
    reduction.accumulator = accumulators;
    if (!reduction.is_whole) accumulators += (size_t)reduction.count;
  }
  is_run = code && fusion && rank == 1;
  for (const TileView &load : loads) is_run = is_run && load.column == 1;
  for (const Store &store : stores) is_run = is_run && store.target.column == 1;
  for (const Reduction &sum : reductions) is_run = is_run && sum.target.column == 0;
  if (fusion)
    pieces = fusion->pieces;
  else if (threads > 1)  // long sums take a while to add up
    pieces = pieces_for(
        threads, outer * row_chunks * column_chunks, accumulators > long_sums || count < little_loop);
  piece_sums.resize((size_t)pieces * sum_stride());
  workspace_stride = rounded(constants.size() * sizeof(float)) +
                     tile_count() * (size_t)largest_tile() * sizeof(float) +
                     reductions.size() * 64 + rounded(tile_count() * sizeof(void *)) +
                     rounded(loads.size() * sizeof(void *)) + 64;
  workspaces.resize(workspace_stride * (size_t)threads + 64);
}

int64_t Loop::largest_tile() const { return code ? code_tile_size : tile_size; }

size_t Loop::tile_count() const {
  return loads.size() + (code ? stores.size() + reductions.size() : (size_t)registers);
}

Loop::Workspace Loop::workspace(int thread, int64_t piece) const {
  char *place = (char *)rounded((size_t)workspaces.data()) + (size_t)thread * workspace_stride;
  auto take = [&](size_t bytes) {
    char *taken = place;
    place += rounded(bytes);
    return taken;
  };
  Workspace workspace;
  workspace.sums = sums_of(piece);
  workspace.scalars = (float *)take(constants.size() * sizeof(float));
  workspace.tiles = (float *)take(tile_count() * (size_t)largest_tile() * sizeof(float));
  workspace.lanes = (float *)take(reductions.size() * 64);
  workspace.tile = (float **)take(tile_count() * sizeof(void *));
  workspace.spread = (const float **)take(loads.size() * sizeof(void *));
  workspace.spread_size = (int64_t *)take(2 * sizeof(int64_t));
  return workspace;
}

void Loop::set_tile(int64_t size, const Fusion *fusion) {
  if (fusion) {
    columns = std::min(fusion->columns, size);
    rows = rank == 1 ? 1 : std::min(fusion->rows, size / columns);
    row_chunks = column_chunks = outer = 0;  // the kernel says where it is
    return;
  }
  columns = std::min(extents[rank - 1], size);
  column_chunks = (extents[rank - 1] + columns - 1) / columns;
  bool whole = column_chunks == 1 && rank >= 2;
  rows = whole ? std::min(extents[rank - 2], std::max<int64_t>(1, size / columns)) : 1;
  row_chunks = rank >= 2 ? (extents[rank - 2] + rows - 1) / rows : 1;
  outer = 1;
  for (int axis = 0; axis + 2 < rank; axis++) outer *= extents[axis];
}

/// Whether every row of a tile sees the same few values, so that every vector of sixteen does.
bool Loop::is_repeated(const TileView &view) const {
  return view.row == 0 && view.column == 1 && columns <= 16 && 16 % columns == 0 && column_chunks == 1;
}

/// Whether each row of the index space has a result of its own, and is within one tile.
bool Loop::is_whole(const TileView &target) const {
  bool whole = column_chunks == 1 && target.column == 0;
  for (int axis = 0; axis + 1 < rank; axis++)
    whole = whole && (extents[axis] == 1 || target.view.strides[axis] != 0);
  return whole;
}

void Loop::make_code() {
  using Into = LoopCode::Reduction::Into;
  // A tile is one run if every view of it is.
  auto is_run = [&](const TileView &view) {
    return is_contiguous(view, rows, columns) || is_repeated(view) ||
           (view.column == 0 && (rows == 1 || view.row == 0));
  };
  // Of rows shorter than a vector each would be one that is masked, and where a result takes the place of an
  // operand its load waits for the store of the row before: what is one value a row is written out instead.
  bool narrow = rows > 1 && columns < 16 && fused_load < 0 && reductions.empty();
  for (const TileView &load : loads) narrow = narrow && (load.column != 1 || is_run(load));
  for (const Store &store : stores)
    narrow = narrow && (store.target.column != 1 || is_run(store.target));
  flat = true;
  std::vector<LoopCode::Access> accesses;
  for (const TileView &load : loads) {
    bool expanded = load.column > 1 || load.column < 0 || (narrow && load.column == 0 && load.row != 0);
    expanded_loads.push_back(expanded);
    flat = flat && (expanded ? rows == 1 || load.row != 0 : is_run(load));
  }
  for (const Store &store : stores) {
    bool scattered = store.target.column != 1;
    scattered_stores.push_back(scattered);
    flat = flat && (scattered || is_contiguous(store.target, rows, columns));
  }
  for (const Reduction &reduction : reductions) flat = flat && (rows == 1 || is_run(reduction.target));
  if (fused_load >= 0 && rank > 1) flat = false;  // rows of a part need not touch
  for (size_t i = 0; i < loads.size(); i++) {
    repeated_loads.push_back(flat && rows > 1 && is_repeated(loads[i]));
    accesses.push_back(
        loads[i].column == 0 && !expanded_loads[i] ? LoopCode::Access::broadcast
        : repeated_loads[i]                        ? LoopCode::Access::repeated
                                                   : LoopCode::Access::vector);
  }
  std::vector<Operand> stored;
  for (const Store &store : stores) stored.push_back(store.source);
  std::vector<LoopCode::Reduction> sums;
  for (const Reduction &reduction : reductions) {
    const TileView &target = reduction.target;
    const Into into = target.column == 0   ? (rows > 1 && target.row != 0 ? Into::rows : Into::lanes)
                      : flat && rows > 1 && is_repeated(target) ? Into::lanes
                                                                : Into::columns;
    // A run that goes through contiguous sums row by row would mix them.
    flat = flat && (into == Into::lanes || rows == 1);
    reduced_into.push_back(into);
    sums.push_back({reduction.source, reduction.kind == gansh_reduce_maximum, into, columns});
  }
  // Maxima are rare, and long ones rarer.
  for (const auto &sum : sums)
    if (sum.maximum && sum.into == Into::columns) return;
  code = LoopCode::make(accesses, registers, instructions, stored, sums);
}

Operand Loop::convert(const gansh_operand &operand, const gansh_loop &description,
                      const std::vector<Operand> &loaded) {
  switch (operand.kind) {
    case gansh_operand_load: return loaded[(size_t)operand.index];
    case gansh_operand_register: return {Operand::tile, (int32_t)loads.size() + operand.index};
    case gansh_operand_constant:
      constants.push_back(operand.constant);
      return {Operand::scalar, (int32_t)constants.size() - 1};
  }
  return {Operand::scalar, 0};
}

TileView Loop::tile_view(const gansh_view &view) const {
  return {view, rank >= 2 ? view.strides[rank - 2] : 0, view.strides[rank - 1]};
}

void Loop::run() const {
  const int64_t tiles = outer * row_chunks * column_chunks;
  parallel_pieces(threads, pieces, [&](int64_t piece, int thread) {
    int64_t first, end;
    share(tiles, piece, pieces, first, end);
    begin(thread, piece);
    const Workspace own = workspace(thread, piece);
    for (int64_t tile = first; tile < end; tile++) run_tile(own, place(tile), {});
  });
  finish();
}

/// Empty sums, and the scalars as they are now.
void Loop::begin(int thread, int64_t piece) const {
  Workspace own = workspace(thread, piece);
  for (const Reduction &reduction : reductions) {
    if (reduction.is_whole) continue;
    std::fill_n(own.sums + reduction.accumulator, reduction.count,
                reduction.kind == gansh_reduce_maximum
                    ? -std::numeric_limits<double>::infinity() : 0.0);
  }
  std::copy(constants.begin(), constants.end(), own.scalars);
  for (const ScalarLoad &load : scalars) own.scalars[load.index] = *load.source;
  std::fill_n(own.spread, loads.size(), nullptr);
  if (code) return;
  for (size_t i = 0; i < tile_count(); i++) own.tile[i] = own.tiles + i * tile_size;
}

void Loop::take(int thread, int64_t piece, const Part &part) const {
  const Workspace own = workspace(thread, piece);
  if (is_run) return take_run(own, part);
  for (int64_t y = 0; y < part.height; y += rows)
    for (int64_t x = 0; x < part.width; x += columns) {
      Place place{};
      place.row = part.row + y;
      place.column = part.column + x;
      place.height = std::min(rows, part.height - y);
      place.width = std::min(columns, part.width - x);
      run_tile(own, place, {part.values + y * part.step + x, part.step});
    }
}

/// A part that is one run of elements, as are all of an optimiser's: there are many, and they are small.
void Loop::take_run(const Workspace &workspace, const Part &part) const {
  LoopCode::Run run;
  run.rows = 1;
  run.vectors = part.width / 16;
  run.rest = part.width % 16;
  run.scalars = workspace.scalars;
  run.lanes = workspace.lanes;
  size_t used = 0;
  auto use = [&](const float *place) {
    run.places[used] = (char *)place;
    run.steps[used++] = 0;
  };
  for (size_t i = 0; i < loads.size(); i++)
    use((int32_t)i == fused_load ? part.values : loads[i].view.base + part.column);
  for (const Store &store : stores) use(store.target.view.base + part.column);
  code->run(run);
  for (size_t i = 0; i < reductions.size(); i++)
    gather(reductions[i], workspace.sums + reductions[i].accumulator, workspace.lanes + i * 16);
}

void Loop::finish() const {
  for (const Reduction &reduction : reductions) {
    if (reduction.is_whole) continue;
    double *sums = sums_of(0) + reduction.accumulator;
    for (int64_t piece = 1; piece < pieces; piece++) {
      const double *others = sums_of(piece) + reduction.accumulator;
      for (int64_t i = 0; i < reduction.count; i++)
        sums[i] = reduction.kind == gansh_reduce_maximum ? std::max(sums[i], others[i])
                                                         : sums[i] + others[i];
    }
    for (int64_t i = 0; i < reduction.count; i++) reduction.target.view.base[i] = (float)sums[i];
  }
}

void Loop::run_tile(const Workspace &workspace, const Place &place, const Given &given) const {
  if (code)
    run_code(workspace, place, given);
  else
    interpret(workspace, place, given);
}

Loop::Place Loop::place(int64_t tile) const {
  Place place;
  place.column = tile % column_chunks * columns;
  tile /= column_chunks;
  place.row = tile % row_chunks * rows;
  tile /= row_chunks;
  for (int axis = rank - 3; axis >= 0; axis--) {
    place.index[axis] = tile % extents[axis];
    tile /= extents[axis];
  }
  place.height = rank >= 2 ? std::min(rows, extents[rank - 2] - place.row) : 1;
  place.width = std::min(columns, extents[rank - 1] - place.column);
  return place;
}

int64_t Loop::offset(const TileView &view, const Place &place) const {
  int64_t result = place.row * view.row + place.column * view.column;
  for (int axis = 0; axis + 2 < rank; axis++) result += place.index[axis] * view.view.strides[axis];
  return result;
}

/// A load's values at a place, and their strides.
TileView Loop::source(size_t load, const Place &place, const Given &given) const {
  TileView view = loads[load];
  if ((int32_t)load == fused_load) {
    view.view.base = const_cast<float *>(given.values);
    view.row = given.step;
  } else {
    view.view.base += offset(view, place);
  }
  return view;
}

void Loop::run_code(const Workspace &workspace, const Place &at, const Given &given) const {
  using Into = LoopCode::Reduction::Into;
  double *sums = workspace.sums;
  float *tiles = workspace.tiles;  // of expanded loads, of scattered stores, of long sums
  LoopCode::Run run;
  run.scalars = workspace.scalars;
  run.lanes = workspace.lanes;
  constexpr int64_t size = sizeof(float);
  int64_t length = flat ? at.height * at.width : at.width;
  run.rows = flat ? 1 : at.height;
  run.vectors = length / 16;
  run.rest = length % 16;
  size_t used = 0;
  auto use = [&](const float *place, int64_t step) {
    run.places[used] = (char *)place;
    run.steps[used++] = step * size;
  };
  for (size_t i = 0; i < loads.size(); i++) {
    TileView from = source(i, at, given);
    float *tile = tiles + i * code_tile_size;
    if (repeated_loads[i] && at.width < 16) {
      for (int64_t n = 0; n < 16; n++) tile[n] = from.view.base[n % at.width];
      use(tile, 0);
      continue;
    }
    if (!expanded_loads[i]) {
      use(from.view.base, from.row);
      continue;
    }
    if (!flat && from.row == 0) {  // row after row, and often tile after tile
      if (workspace.spread[i] != from.view.base) expand(tile, from.view.base, 0, from.column, 1, at.width);
      workspace.spread[i] = from.view.base;
      use(tile, 0);
    } else {
      expand(tile, from.view.base, from.row, from.column, at.height, at.width);
      use(tile, at.width);
    }
  }
  for (size_t i = 0; i < stores.size(); i++) {
    const TileView &target = stores[i].target;
    if (scattered_stores[i])
      use(tiles + (loads.size() + i) * code_tile_size, at.width);
    else
      use(target.view.base + offset(target, at), target.row);
  }
  const size_t first_sum = used;
  for (size_t i = 0; i < reductions.size(); i++) {
    const TileView &target = reductions[i].target;
    float *tile = tiles + (loads.size() + stores.size() + i) * code_tile_size;
    if (reductions[i].is_whole) {
      use(target.view.base + offset(target, at), target.row);
    } else if (reduced_into[i] == Into::columns) {
      const bool by_row = !flat && target.row != 0;
      std::fill_n(tile, by_row ? at.height * at.width : length, 0.0f);
      use(tile, by_row ? at.width : 0);
    } else if (reduced_into[i] == Into::rows) {
      use(tile, 1);
    }
  }
  const float *sums_of[LoopCode::most_places];
  for (size_t i = first_sum; i < used; i++) sums_of[i] = (const float *)run.places[i];
  code->run(run);
  const float *lane = workspace.lanes;
  size_t sum = first_sum;
  for (size_t i = 0; i < reductions.size(); i++) {
    const Reduction &reduction = reductions[i];
    if (reduction.is_whole) {
      sum++;
      continue;
    }
    double *into = sums + reduction.accumulator + offset(reduction.target, at);
    if (reduced_into[i] == Into::lanes) {
      gather(reduction, into, lane);
      lane += 16;
      continue;
    }
    const float *values = sums_of[sum++];
    const int64_t row = reduction.target.row, column = reduction.target.column;
    if (reduced_into[i] == Into::rows) {
      for (int64_t y = 0; y < at.height; y++)
        into[y * row] = reduction.kind == gansh_reduce_maximum
                            ? std::max(into[y * row], (double)values[y]) : into[y * row] + values[y];
      continue;
    }
    const int64_t height = flat || row == 0 ? 1 : at.height;
    for (int64_t y = 0; y < height; y++)
      add(into + y * row, column, values + y * length, length);
  }
  for (size_t i = 0; i < stores.size(); i++)
    if (scattered_stores[i])
      scatter(stores[i].target.view.base + offset(stores[i].target, at),
              tiles + (loads.size() + i) * code_tile_size, 0, stores[i].target.row,
              stores[i].target.column, at.height, at.width);
}

/// Adds the sixteen results of a run.
void Loop::gather(
    const Reduction &reduction, double *into, const float *lanes) const {
  bool maximum = reduction.kind == gansh_reduce_maximum;
  for (int i = 0; i < 16; i++) {
    double &target = into[reduction.target.column == 0 ? 0 : i % columns];
    target = maximum ? std::max(target, (double)lanes[i]) : target + lanes[i];
  }
}

void Loop::interpret(const Workspace &workspace, const Place &at, const Given &given) const {
  const int64_t height = at.height, width = at.width, n = height * width;
  auto offset = [&](const TileView &view) { return this->offset(view, at); };
  float **tile = workspace.tile;
  const float *scalar = workspace.scalars;

  bool same_size = height == workspace.spread_size[0] && width == workspace.spread_size[1];
  for (size_t i = 0; i < loads.size(); i++) {
    TileView load = source(i, at, given);
    if (is_contiguous(load, height, width)) {
      tile[i] = load.view.base;
    } else if ((int32_t)i == fused_load || !same_size || workspace.spread[i] != load.view.base) {
      tile[i] = workspace.tiles + i * tile_size;
      expand(tile[i], load.view.base, load.row, load.column, height, width);
      workspace.spread[i] = load.view.base;
    }
  }
  workspace.spread_size[0] = height;
  workspace.spread_size[1] = width;

  for (const Instruction &instruction : instructions) {
    const float *operand[3];
    float value[3];
    for (int j = 0; j < 3; j++) {
      const Operand &given = instruction.operands[j];
      operand[j] = given.kind == Operand::tile ? tile[given.index] : nullptr;
      value[j] = given.kind == Operand::scalar ? scalar[given.index] : 0;
    }
    float *result = tile[instruction.result];
    bool binary = instruction.op >= gansh_op_add && instruction.op <= gansh_op_greater;
    // An operation on scalars alone, or a selection by or between scalars, is done on tiles.
    if (!operand[0] && (!binary || !operand[1])) {
      splat(result, value[0], n);
      operand[0] = result;
    }
    if (instruction.op == gansh_op_select && !operand[1] && !operand[2]) {
      alignas(64) float other[tile_size];
      splat(other, value[2], n);
      execute(instruction.op, result, operand[0], nullptr, other, 0, value[1], 0, n);
      continue;
    }
    execute(instruction.op, result, operand[0], operand[1], operand[2], value[0], value[1],
            value[2], n);
  }

  for (const Reduction &reduction : reductions) {
    bool varies = reduction.source.kind == Operand::tile;
    accumulate(reduction, workspace.sums + reduction.accumulator, offset(reduction.target),
               varies ? tile[reduction.source.index] : nullptr,
               varies ? 0 : scalar[reduction.source.index], height, width);
  }
  for (const Store &store : stores) {
    float *target = store.target.view.base + offset(store.target);
    bool varies = store.source.kind == Operand::tile;
    const float *source = varies ? tile[store.source.index] : nullptr;
    if (varies && is_contiguous(store.target, height, width)) {
      if (target != source) __builtin_memcpy(target, source, (size_t)n * sizeof(float));
    } else {
      scatter(target, source, varies ? 0 : scalar[store.source.index], store.target.row,
              store.target.column, height, width);
    }
  }
}

void Loop::accumulate(const Reduction &reduction, double *into, int64_t offset,
                      const float *values, float value, int64_t height, int64_t width) const {
  const int64_t row = reduction.target.row, column = reduction.target.column;
  const bool maximum = reduction.kind == gansh_reduce_maximum;
  double *target = into + offset;
  if (!values || maximum) {
    for (int64_t y = 0; y < height; y++)
      for (int64_t x = 0; x < width; x++) {
        double element = values ? values[y * width + x] : value;
        double &place = target[y * row + x * column];
        place = maximum ? std::max(place, element) : place + element;
      }
  } else if (row == 0 && column == 0) {
    *target += sum(values, height * width);
  } else if (column == 0) {
    for (int64_t y = 0; y < height; y++) target[y * row] += sum(values + y * width, width);
  } else if (row == 0 && column == 1) {
    reduce_columns(target, values, height, width, false);
  } else {
    for (int64_t y = 0; y < height; y++)
      for (int64_t x = 0; x < width; x++) target[y * row + x * column] += values[y * width + x];
  }
}

}  // namespace gansh
