#ifndef AEPCA_KERNELS_H
#define AEPCA_KERNELS_H

#include <stdint.h>

#pragma clang assume_nonnull begin

// The hot loops of the networks. Rows of a matrix are padded to whole vectors of 16 lanes;
// strides are counted in floats. Nothing here keeps state: a caller picks a table of kernels
// and passes everything they touch, so any number of threads may call them at once.

/// The instruction sets that the kernels can be run with, best last. The plain set is the
/// scalar twin that tests compare the others with.
enum aepca_instruction_set {
  AEPCA_PLAIN = -1,
  AEPCA_PORTABLE = 0,
  AEPCA_AVX2 = 1,
  AEPCA_AVX512 = 2,
};

/// The best instruction set of this processor.
int aepca_best_instruction_set(void);

/// Lanes of a vector: the width that rows are padded to.
enum { AEPCA_LANES = 16 };

/// What a layer does to its sums. The negative slope of the leaky one is 0.01.
enum aepca_activation {
  AEPCA_LINEAR = 0,
  AEPCA_RELU,
  AEPCA_LEAKY_RELU,
  AEPCA_ELU,
  AEPCA_GELU,
  AEPCA_SILU,
  AEPCA_TANH,
  AEPCA_SIGMOID,
  AEPCA_SOFTPLUS,
};

/// What a product does with what its result's place held before.
enum aepca_product_mode {
  /// C = A B (+ bias)
  AEPCA_STORE = 0,
  /// C = C + A B, the sum going on from C in the order of the inner index.
  AEPCA_ADD,
  /// C = C * (A B), entry by entry: how a stored derivative meets its gradient.
  AEPCA_MULTIPLY,
};

/// The product C = A B with a bias, an activation and its derivative.
///
/// A packed matrix stands in panels of columns, one after another: each panel is
/// aepca_panel_vectors(vectors left) vectors wide and holds its rows one after another.
struct aepca_product {
  long rows;
  long inner;
  /// Columns of B and C. The lanes that fill their last vector are 0 in B and in the bias, or C's
  /// are of no use: a set may leave them out of the sums.
  long columns;
  /// Entry (i, p) of A is a[i * a_row_stride + p * a_inner_stride].
  const float *a;
  long a_row_stride;
  long a_inner_stride;
  /// Rows of B, b_stride apart, or packed panels when b_stride is 0.
  const float *b;
  long b_stride;
  /// Rows of C, c_stride apart, or packed panels when c_stride is 0.
  float *c;
  long c_stride;
  int mode;
  /// One value per column, added when the mode is AEPCA_STORE.
  const float *_Nullable bias;
  /// Applied to C, whose rows must then be c_stride apart.
  int activation;
  /// Where the activation's derivative goes; null when nobody asks for it.
  float *_Nullable derivative;
  long derivative_stride;
  /// Places whose lines are fetched into the second cache meanwhile; null for none. Used when
  /// B is not packed; else the next panel is fetched.
  const float *_Nullable soon[3];
};

/// Width in vectors of the next packed panel when so many vectors are left: three or four, which
/// need the fewest loads per multiplication, as far as that goes.
static inline long aepca_panel_vectors(long left) {
  if (left <= 4) return left;
  return left == 5 || left % 3 == 0 ? 3 : 4;
}

enum aepca_loss_kind {
  AEPCA_SQUARED = 0,
  AEPCA_ABSOLUTE,
  /// Squared within delta of the target, linear beyond.
  AEPCA_HUBER,
  /// Cross-entropy of probabilities in 0...1, each column its own event.
  AEPCA_BINARY,
  /// The same of logits.
  AEPCA_BINARY_LOGITS,
  /// Cross-entropy of probabilities that sum to one over a row.
  AEPCA_CATEGORICAL,
};

/// The losses of some rows and their gradient.
///
/// Adds nothing for lanes beyond `columns` nor for entries whose mask byte is 0.
struct aepca_loss {
  int kind;
  float delta;
  long rows;
  long columns;
  const float *values;
  long value_stride;
  const float *targets;
  long target_stride;
  /// A byte per entry, 0 where the target is missing; null when none is.
  const uint8_t *_Nullable mask;
  long mask_stride;
  /// A factor per column, padded to whole vectors; null for all ones.
  const float *_Nullable column_weights;
  /// Where the gradient goes, times scale; null when only the loss is wanted.
  float *_Nullable gradient;
  long gradient_stride;
  float scale;
  /// Where the sum of each row's losses goes.
  double *row_losses;
};

/// One step of Adam over some parameters, their gradient summed over its parts in order.
///
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w = w - decay w - rate m / (root * sqrt(v) + epsilon)
struct aepca_adam {
  long count;
  float *weights;
  float *first;
  float *second;
  const float *const _Nonnull *_Nonnull gradients;
  long gradient_count;
  /// Every gradient is read from this place on.
  long offset;
  float gradient_scale;
  /// Learning rate over 1 - b1^t.
  float rate;
  float beta1;
  float beta2;
  /// 1 / sqrt(1 - b2^t)
  float root;
  float epsilon;
  /// Learning rate times decoupled weight decay.
  float decay;
};

/// One step of gradient descent: u = momentum u + g; w = w - rate u.
struct aepca_descent {
  long count;
  float *weights;
  float *velocity;
  const float *const _Nonnull *_Nonnull gradients;
  long gradient_count;
  long offset;
  float gradient_scale;
  float rate;
  float momentum;
};

/// A sum over the neighbourhood of each pixel: a convolution, or one phase of a transposed one.
///
/// A neighbourhood is some runs of floats, run_step apart, each over all channels of neighbouring
/// pixels; the image has zeros around it where that reaches beyond. Steps are counted in floats.
struct aepca_taps {
  /// Pixels of the result, and channels of each.
  long height;
  long width;
  long columns;
  /// Where the first pixel's neighbourhood begins.
  const float *input;
  long input_row_step;
  long input_pixel_step;
  long runs;
  long run_step;
  long run_length;
  /// Packed panels of runs * run_length rows; the lanes that fill their last vector are of no use.
  const float *weights;
  float *output;
  long output_row_step;
  long output_pixel_step;
  /// One value per column, whole vectors.
  const float *_Nullable bias;
  /// Whether the result is added to what stands there.
  int adds;
  /// Whether sums below 0 become 0.
  int rectifies;
};

/// Part of a convolution's kernel gradient: sums, over some pixels, of a pixel's channels times the
/// channels of the pixel that it meets at one place of the kernel.
struct aepca_tap_gradient {
  /// Pixels summed over.
  long height;
  long width;
  /// Channels of a, rows of the sums.
  long rows;
  const float *a;
  long a_row_step;
  long a_pixel_step;
  /// Channels of b, columns of the sums. Whole vectors are read, beyond the last pixel too.
  long columns;
  const float *b;
  long b_row_step;
  long b_pixel_step;
  /// Numbers that stand as b does: a channel of b counts only where its number is `choice`; null when
  /// all count.
  const uint8_t *_Nullable choices;
  int choice;
  /// Packed panels of so many rows, of which the sums are added to some from the first on.
  float *sums;
  long kernel_rows;
  long first_row;
};

/// The largest entries of windows over some rows of an image, for one row of windows.
struct aepca_pool_row {
  /// Windows, and channels of each pixel.
  long width;
  long channels;
  /// The rows that the windows hold, row_step apart.
  const float *rows;
  long row_step;
  long height;
  /// Pixels of a row.
  long image_width;
  long window_width;
  long stride;
  long before;
  float *to;
  /// Which of a window's pixels each entry comes from, counted row by row from `first_choice`.
  uint8_t *_Nullable choices;
  int first_choice;
};

/// An entry that is not 0: where it stands, or which row of a matrix it meets, and its value.
struct aepca_entry {
  int32_t place;
  float value;
};

/// The gradient behind a pooled convolution, in which few entries are not 0: at most one channel's in
/// each window. Pixels are those of the convolution's output, which is as large as its input or smaller.
struct aepca_sparse_image {
  long height, width, channels;
  /// Entries of pixel p from starts[p] to starts[p + 1]; their places are channels.
  struct aepca_entry *entries;
  int32_t *starts;
  /// The same entries by channel, channel_capacity apart; their places are offsets in the input.
  struct aepca_entry *by_channel;
  int32_t *channel_counts;
  long channel_capacity;
};

/// A convolution of steps of one, on its way back from a sparse gradient.
struct aepca_sparse_convolution {
  struct aepca_sparse_image gradient;
  long kernel_height, kernel_width;
  /// Of the input.
  long channels;
};

/// The kernels of one instruction set.
struct aepca_kernels {
  int instruction_set;
  void (*product)(const struct aepca_product *arguments);
  /// values = f(values), derivative = f'(values) unless null.
  void (*activate)(
    int activation, long rows, long vectors, float *values, long stride,
    float *_Nullable derivative, long derivative_stride);
  /// values = values * factors
  void (*multiply)(
    long rows, long vectors, float *values, long stride, const float *factors,
    long factor_stride);
  /// Stores source, or adds it when `adds`.
  void (*accumulate)(
    int adds, long rows, long vectors, float *values, long stride, const float *source,
    long source_stride);
  /// Each row's exponentials over their sum, lanes beyond `columns` 0.
  void (*softmax)(long rows, long columns, float *values, long stride);
  /// gradient = p * (gradient - sum(p * gradient)), p the softmax.
  void (*softmax_gradient)(
    long rows, long vectors, float *gradient, long stride, const float *probabilities,
    long probability_stride);
  /// sums = sums + the sum over rows, in their order.
  void (*column_sums)(long rows, long vectors, const float *values, long stride, float *sums);
  /// Turns `rows` x `columns` entries, both strides whole vectors; lanes beyond `rows` in the
  /// result's last vector become 0.
  void (*transpose)(
    long rows, long columns, const float *from, long from_stride, float *to, long to_stride);
  void (*loss)(const struct aepca_loss *arguments);
  void (*adam)(const struct aepca_adam *arguments);
  void (*descent)(const struct aepca_descent *arguments);
  /// The sum of squares of the gradient summed over its parts, in Float64.
  double (*squared_norm)(
    long count, long offset, const float *const _Nonnull *_Nonnull gradients,
    long gradient_count);
  /// x above 0, a column's slope times x below.
  void (*prelu)(
    long rows, long vectors, const float *x, long x_stride, const float *slopes, float *to,
    long stride);
  /// gradient becomes that by x; slope_gradient each entry's part of that by the slope.
  void (*prelu_gradient)(
    long rows, long vectors, const float *x, long x_stride, const float *slopes,
    float *gradient, long stride, float *slope_gradient, long slope_stride);
  /// Mean and variance (over the count) of each column.
  void (*moments)(
    long rows, long vectors, const float *x, long stride, float *mean, float *variance);
  /// to = scale * normalized + shift, normalized = (x - mean) / sqrt(variance + epsilon).
  void (*normalize)(
    long rows, long vectors, const float *x, long x_stride, const float *mean,
    const float *variance, float epsilon, const float *scale, const float *shift,
    float *_Nullable normalized, long normalized_stride, float *to, long stride);
  /// Column sums of the gradient and of gradient * normalized.
  void (*normalize_sums)(
    long rows, long vectors, const float *gradient, long stride, const float *normalized,
    long normalized_stride, float *sums, float *products);
  /// The gradient by x from that by the output, the sums being over `count` rows.
  void (*normalize_gradient)(
    long rows, long vectors, float *gradient, long stride, const float *normalized,
    long normalized_stride, const float *sums, const float *products, const float *variance,
    float epsilon, const float *scale, float count);
  /// values = values * factors and factors = 0 or 1 / (1 - rate), drawn from the key and the
  /// entry's number: first_row * columns + ... so that no order of work changes them.
  void (*dropout)(
    uint64_t key, float rate, long first_row, long rows, long columns, float *values,
    long stride, float *factors, long factor_stride);
  /// values = values + normal numbers of a standard deviation, drawn in the same way.
  void (*noise)(
    uint64_t key, float deviation, long first_row, long rows, long columns, float *values,
    long stride);
  void (*taps)(const struct aepca_taps *arguments);
  void (*tap_gradient)(const struct aepca_tap_gradient *arguments);
  void (*pool_row)(const struct aepca_pool_row *arguments);
  /// Adds the gradient by the input, height x width pixels of which the first is `before` pixels
  /// behind the first that the kernel reaches. Weights: a row for each place of the kernel, last
  /// place first, and channel of the gradient, packed.
  void (*sparse_input_gradient)(
    const struct aepca_sparse_convolution *convolution, const float *weights, float *to,
    long height, long width, long before_y, long before_x);
  /// Adds the gradient by the kernel, a row of whole vectors for each of its places and each channel
  /// of the gradient, given the input with zeros around it.
  void (*sparse_kernel_gradient)(
    const struct aepca_sparse_convolution *convolution, const float *input, long input_row_step,
    float *sums);
  /// gradient = 0 where a value is not above 0: the way back through a rectifier.
  void (*rectify_gradient)(
    long rows, long vectors, float *gradient, long stride, const float *values,
    long value_stride);
};

/// The kernels of an instruction set, which the processor must have.
const struct aepca_kernels *aepca_kernels_for(int instruction_set);

/// 64 random bits that belong to a number under a key, whatever the order of work.
uint64_t aepca_random_bits(uint64_t key, uint64_t number);

/// Copies rows of `columns` floats to places `stride` apart, the lanes between set to 0: those
/// at the indices, or all in their order when there are none.
void aepca_gather(
  const float *source, long columns, const int32_t *_Nullable indices, long rows, float *to,
  long stride);

/// The same for bytes of a mask.
void aepca_gather_bytes(
  const uint8_t *source, long columns, const int32_t *_Nullable indices, long rows, uint8_t *to,
  long stride);

/// Position of the first entry that is not finite, or -1.
long aepca_first_not_finite(const float *values, long count);

/// The normal equations of one row's least squares: matrix = T Tᵀ and vector = T r, where the
/// rows of T, tangent_stride apart and padded with zeros to whole vectors, are the derivatives
/// of the row's values by each parameter, and r is its residual, padded as well.
void aepca_normal_equations(
  long parameters, long columns, const float *tangents, long tangent_stride,
  const float *residual, double *matrix, double *vector);

/// Solves (A + damping * diag(A + 1e-6)) x = b for a symmetric A by Cholesky's factors, which are left
/// in the lower triangle of `factors`. Returns 0, and no x, where the sum is not positive definite.
int aepca_solve_damped(
  long count, const double *matrix, const double *vector, double damping, double *factors, double *x);

/// residual = target - value where the mask's byte is not 0, else 0; returns its square's sum.
double aepca_residual(
  long columns, const float *target, const float *value, const uint8_t *_Nullable mask,
  float *residual);

#pragma clang assume_nonnull end

#include "Images.h"
#include "Nearest.h"
#include "Team.h"

#endif
