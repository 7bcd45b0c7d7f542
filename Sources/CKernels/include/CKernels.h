// The C face of oneDNN (2 or 3) and of gansh's own vector kernels.
//
// A program is a flat list of kernels with all pointers fixed; running it allocates nothing and decides
// nothing. No C++ exception leaves these functions: makers return null and write a message.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Machine

/// Processors that the program may use.
int gansh_processors(void);
/// Threads that compute what the calling thread makes and runs from here on; 0: one per processor.
/// False where so many cannot be started.
bool gansh_set_threads(int count);
int gansh_threads(void);
/// "oneDNN 2.6.3, AVX-512, 2 threads".
void gansh_describe(char *text, size_t capacity, int threads);
/// The instruction sets that the library uses, as its number for them.
int gansh_instructions(void);
/// Channels that a blocked image layout holds together (16 or 8), or 0 where plain is best.
int gansh_channel_block(void);
void *gansh_allocate(size_t bytes);  // zeroed, aligned to 64 bytes; null when there is no memory
void gansh_release(void *memory);

// MARK: Layouts

/// How a tensor's elements lie in memory.
typedef struct gansh_layout gansh_layout;

/// Row-major.
gansh_layout *gansh_layout_plain(int rank, const int64_t *extents);
/// nChw16c or nChw8c, by `gansh_channel_block`.
gansh_layout *gansh_layout_blocked(const int64_t *extents);
/// Weights `[O, I, h, w]` as `[h, w, I, O]`.
gansh_layout *gansh_layout_hwio(const int64_t *extents);
gansh_layout *gansh_layout_copy(const gansh_layout *layout);
size_t gansh_layout_bytes(const gansh_layout *layout);
bool gansh_layout_equal(const gansh_layout *a, const gansh_layout *b);
void gansh_layout_release(gansh_layout *layout);

// MARK: Library kernels

typedef struct gansh_kernel gansh_kernel;

typedef enum {
  gansh_forward = 0,           // images, weights -> result
  gansh_input_gradient = 1,    // result's gradient, weights -> images' gradient
  gansh_weight_gradient = 2,   // images, result's gradient -> weights' gradient
} gansh_direction;

typedef struct {
  int64_t batch, input_channels, output_channels;
  int64_t input[2], output[2], kernel[2], stride[2], padding_low[2], padding_high[2];
} gansh_convolution;

/// In which a contraction multiplies; sums, and what lies in memory, are always single.
typedef enum { gansh_single = 0, gansh_bfloat16 = 1 } gansh_precision;

/// How gansh computes a convolution itself.
typedef enum {
  gansh_winograd_2 = 0,  // Winograd's form for tiles of 2x2 outputs
  gansh_winograd_4 = 1,  // and of 4x4
  gansh_image_end = 2,   // images of up to four channels, all taps or phases at once
  gansh_tiles = 3,       // the direct way in tiles of the processor's matrix unit; bfloat16 only
} gansh_method;

/// A convolution or one of its adjoints by a method of gansh's own. Null, with a message, where the
/// processor or the shape has no such kernel.
gansh_kernel *gansh_make_own_convolution(
    const gansh_convolution *shape, gansh_direction direction, gansh_method method,
    gansh_precision precision, char *error, size_t capacity);

/// A convolution or one of its adjoints. Null layouts leave the choice to the library; ask for what
/// it chose with `gansh_kernel_layout`.
gansh_kernel *gansh_make_convolution(
    const gansh_convolution *shape, gansh_direction direction, const gansh_layout *images,
    const gansh_layout *weights, const gansh_layout *result, char *error, size_t capacity);

/// `result[m, n] = left[m, k] · right[k, n]`, an operand stored transposed where it says so; or as many
/// such products as `batch` says, 0 being matrices without that axis.
///
/// - precision: that the library may multiply in, where the processor has instructions for it.
gansh_kernel *gansh_make_product(
    int64_t batch, int64_t m, int64_t n, int64_t k, bool transpose_left, bool transpose_right,
    gansh_precision precision, char *error, size_t capacity);

/// A dense layer, `[m, k] · [n, k]ᵀ`, or one of its adjoints, with weights in a layout of their own.
gansh_kernel *gansh_make_inner_product(
    int64_t m, int64_t n, int64_t k, gansh_direction direction, const gansh_layout *weights,
    char *error, size_t capacity);

/// The same by a kernel of gansh's own; in bfloat16 that is one in tiles. Null, with a message, where the
/// processor, the shape or the weights' layout has none.
gansh_kernel *gansh_make_own_inner_product(
    int64_t m, int64_t n, int64_t k, gansh_direction direction, gansh_precision precision,
    const gansh_layout *weights, char *error, size_t capacity);

/// `(rows ⊗ columns ∘ mask(x)) · v` by a kernel of gansh's own, with the left operand transposed first
/// where it says so: x is `[m, k]`, the mask 1 where it is positive and `slope` elsewhere. Null, with a
/// message, where the processor or the layout has none.
///
/// - weights: the layout of v, or of the result where `transposed`; the others are row-major.
gansh_kernel *gansh_make_masked_product(
    int64_t m, int64_t k, int64_t n, bool transposed, float slope, const gansh_layout *weights,
    char *error, size_t capacity);

gansh_kernel *gansh_make_reorder(
    const gansh_layout *from, const gansh_layout *to, char *error, size_t capacity);

/// The layout of an operand: the sources in the order above, then the result. Those of a masked product
/// are x, rows, columns and v.
gansh_layout *gansh_kernel_layout(const gansh_kernel *kernel, int operand);
/// The library's name for what it chose (`jit:avx512_core`).
const char *gansh_kernel_name(const gansh_kernel *kernel);
size_t gansh_kernel_scratch(const gansh_kernel *kernel);
/// Whether an epilogue can be fused with it: a loop that takes the result part by part.
bool gansh_kernel_fuses_epilogue(const gansh_kernel *kernel);
void gansh_kernel_release(gansh_kernel *kernel);

// MARK: Loops

enum { gansh_max_rank = 8 };

typedef enum {
  gansh_op_copy, gansh_op_negate, gansh_op_exp, gansh_op_log, gansh_op_sqrt,
  gansh_op_tanh, gansh_op_sigmoid, gansh_op_softplus, gansh_op_absolute,
  gansh_op_sign, gansh_op_erf,
  gansh_op_add, gansh_op_subtract, gansh_op_multiply, gansh_op_divide, gansh_op_maximum,
  gansh_op_minimum, gansh_op_greater,
  gansh_op_select,
} gansh_op;

/// A tensor seen from the loop's index space.
typedef struct {
  float *base;
  int64_t strides[gansh_max_rank];
} gansh_view;

typedef enum { gansh_operand_load, gansh_operand_register, gansh_operand_constant } gansh_operand_kind;

typedef struct {
  gansh_operand_kind kind;
  int32_t index;   // of a load or register
  float constant;
} gansh_operand;

typedef struct {
  gansh_op op;
  int32_t result;  // register
  gansh_operand operands[3];
} gansh_instruction;

typedef struct {
  gansh_operand source;
  gansh_view view;
} gansh_store;

typedef enum { gansh_reduce_sum, gansh_reduce_maximum } gansh_reduction_kind;

typedef struct {
  gansh_operand source;
  gansh_reduction_kind kind;
  gansh_view view;      // strides 0 along reduced axes, row-major over the others
  int64_t count;        // elements of the result
} gansh_reduction;

/// A chain of element-wise operations over one index space, run tile by tile in cache.
typedef struct {
  int32_t rank;
  int64_t extents[gansh_max_rank];
  int32_t registers;
  const gansh_view *loads;
  int32_t load_count;
  const gansh_instruction *instructions;
  int32_t instruction_count;
  const gansh_store *stores;
  int32_t store_count;
  const gansh_reduction *reductions;
  int32_t reduction_count;
} gansh_loop;

// MARK: Programs

typedef struct gansh_program gansh_program;

gansh_program *gansh_program_make(void);
void gansh_program_release(gansh_program *program);
/// Copies the description. False when memory ran out.
bool gansh_program_add_loop(gansh_program *program, const gansh_loop *loop);
bool gansh_program_add_fill(gansh_program *program, float *target, int64_t count, float value);
/// Philox numbers: normal (0, 1), or uniform (0, 1).
bool gansh_program_add_random(
    gansh_program *program, float *target, int64_t count, uint64_t stream, bool normal);
/// `operands` as for `gansh_kernel_layout`; the program does not own the kernel.
bool gansh_program_add_kernel(
    gansh_program *program, const gansh_kernel *kernel, float *const *operands, void *scratch);
/// A kernel with its epilogue fused: load number `load` is the kernel's result, seen as it lies. The
/// result is also written to memory unless its operand is null.
bool gansh_program_add_fused_kernel(
    gansh_program *program, const gansh_kernel *kernel, float *const *operands, void *scratch,
    const gansh_loop *loop, int32_t load);
/// Runs the kernels in order. Random numbers are a function of seed and step.
void gansh_program_run(gansh_program *program, uint64_t seed, uint32_t step);
/// As `gansh_program_run`, adding each kernel's seconds to `seconds[index]`.
void gansh_program_profile(gansh_program *program, uint64_t seed, uint32_t step, double *seconds);

/// How many C++ objects kernels have put on the heap while they ran, since the process began: none, as what
/// oneDNN asks for lies in memory set aside.
int64_t gansh_heap_objects(void);

/// One of the numbers that `gansh_program_add_random` gives, for tests.
void gansh_random(
    float *target, int64_t count, uint64_t seed, uint64_t stream, uint32_t step, bool normal);

#ifdef __cplusplus
}
#endif
