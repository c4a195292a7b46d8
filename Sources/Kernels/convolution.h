// Convolutions: register tiles of some pixels by a vector of channels, over the neighbourhoods of
// the pixels; and the gradients of their kernels, tiles of some rows of the kernel over the pixels.
//
// A tile reads each pixel's neighbourhood through a pointer of its own, so pixels may stand
// anywhere: a tile goes on from one row of the image to the next.

// MOST_PIXELS says how many pixels, or rows of a kernel's gradient, a tile has at most, and
// MOST_HALF_PIXELS the same for tiles of half a vector.

/// A pixel's place in the result and where its neighbourhood begins.
struct NAME(pixel) {
  const float *from;
  float *to;
};

INLINE void NAME(store_pixel_vec)(float *to, vec value, long columns, int adds) {
  if (columns >= 16) {
    store(to, adds ? load(to) + value : value);
    return;
  }
  float part[16];
  store(part, value);
  for (long j = 0; j < columns; j++) to[j] = adds ? to[j] + part[j] : part[j];
}

INLINE void NAME(store_pixel_half)(float *to, half value, long columns, int adds) {
  if (columns >= 8) {
    half_store(to, adds ? half_load(to) + value : value);
    return;
  }
  float part[8];
  half_store(part, value);
  for (long j = 0; j < columns; j++) to[j] = adds ? to[j] + part[j] : part[j];
}

#define TAPS_TILE(KIND, PIXELS)                                                               \
  static void NAME(taps_##KIND##_##PIXELS)(                                                   \
    const struct aepca_taps *task, const struct NAME(pixel) *pixels, const float *b,          \
    long b_stride, const float *bias, long columns) {                                         \
    KIND sums[PIXELS];                                                                        \
    const KIND start = bias ? KIND##_load(bias) : (KIND)(0);                                  \
    UNROLL for (int i = 0; i < PIXELS; i++) sums[i] = start;                                  \
    const long length = task->run_length;                                                     \
    for (long run = 0; run < task->runs; run++) {                                             \
      const float *a[PIXELS];                                                                 \
      UNROLL for (int i = 0; i < PIXELS; i++) a[i] = pixels[i].from + run * task->run_step;   \
      for (long k = 0; k < length; k++) {                                                     \
        KIND right = KIND##_load(b);                                                          \
        UNROLL for (int i = 0; i < PIXELS; i++) sums[i] = FMA((KIND)(a[i][k]), right, sums[i]); \
        b += b_stride;                                                                        \
      }                                                                                       \
    }                                                                                         \
    UNROLL for (int i = 0; i < PIXELS; i++) {                                                 \
      KIND value = sums[i];                                                                   \
      if (task->rectifies) value = value > 0 ? value : (KIND)(0);                             \
      NAME(store_pixel_##KIND)(pixels[i].to, value, columns, task->adds);                     \
    }                                                                                         \
  }

typedef void (*NAME(taps_tile))(
  const struct aepca_taps *, const struct NAME(pixel) *, const float *, long, const float *, long);

#define TAPS_VEC(PIXELS, IGNORED) TAPS_TILE(vec, PIXELS)
#define TAPS_VEC_POINTER(PIXELS, IGNORED) NAME(taps_vec_##PIXELS),
#define TAPS_HALF(PIXELS, IGNORED) TAPS_TILE(half, PIXELS)
#define TAPS_HALF_POINTER(PIXELS, IGNORED) NAME(taps_half_##PIXELS),
#define EACH_UP_TO_8(MAKE, KIND) EACH_UP_TO_6(MAKE, KIND) MAKE(7, KIND) MAKE(8, KIND)

EACH_UP_TO_8(TAPS_VEC, )
static const NAME(taps_tile) NAME(taps_vec)[] = {EACH_UP_TO_8(TAPS_VEC_POINTER, )};
EACH_UP_TO_8(TAPS_HALF, )
static const NAME(taps_tile) NAME(taps_half)[] = {EACH_UP_TO_8(TAPS_HALF_POINTER, )};

/// All pixels by the same columns, cut in tiles of as even a size as can be.
static void NAME(taps_strip)(
  const struct aepca_taps *task, const NAME(taps_tile) *tiles, long most, long first,
  const float *b, long b_stride, long columns) {
  const long count = task->height * task->width, parts = (count + most - 1) / most;
  const float *bias = task->bias ? task->bias + first : 0;
  long y = 0, x = 0, done = 0;
  for (long part = 1; part <= parts; part++) {
    struct NAME(pixel) pixels[8];
    const long end = count * part / parts, tile = end - done;
    for (long i = 0; i < tile; i++) {
      pixels[i].from = task->input + y * task->input_row_step + x * task->input_pixel_step;
      pixels[i].to = task->output + y * task->output_row_step + x * task->output_pixel_step + first;
      if (++x == task->width) {
        x = 0;
        y++;
      }
    }
    if (tile) tiles[tile - 1](task, pixels, b, b_stride, bias, columns);
    done = end;
  }
}

static void NAME(taps)(const struct aepca_taps *task) {
  const long vectors = (task->columns + 15) / 16, inner = task->runs * task->run_length;
  for (long first = 0, width; first < vectors; first += width) {
    width = aepca_panel_vectors(vectors - first);
    for (long j = 0; j < width; j++) {
      const long column = 16 * (first + j), left = task->columns - column;
      const float *b = task->weights + 16 * first * inner + 16 * j;
      if (left <= 8) {
        NAME(taps_strip)(
          task, NAME(taps_half), MOST_HALF_PIXELS, column, b, 16 * width, left);
      } else {
        NAME(taps_strip)(
          task, NAME(taps_vec), MOST_PIXELS, column, b, 16 * width, left);
      }
    }
  }
}

typedef uint8_t NAME(bytes) __attribute__((ext_vector_type(16), aligned(1), may_alias));

/// The entries whose numbers are the choice, 0 elsewhere.
INLINE vec NAME(chosen)(vec values, const uint8_t *choices, int choice) {
  ivec numbers = __builtin_convertvector(*(const NAME(bytes) *)choices, ivec);
  return (vec)((ivec)values & (numbers == (ivec)(choice)));
}

/// Some rows of a kernel's gradient by a vector of columns, over all pixels of an image. Lanes
/// beyond the columns hold the next pixel's channels and must not count.
#define TAP_GRADIENT_TILE(NAMED, ROWS, CHOOSES)                                               \
  static void NAME(NAMED##_##ROWS)(                                                           \
    const struct aepca_tap_gradient *task, long row, long column, float *sums, long stride) { \
    vec totals[ROWS];                                                                         \
    UNROLL for (int i = 0; i < ROWS; i++) totals[i] = splat(0);                               \
    const long a_step = task->a_pixel_step, b_step = task->b_pixel_step;                      \
    for (long y = 0; y < task->height; y++) {                                                 \
      const float *left = task->a + row + y * task->a_row_step;                               \
      const float *right = task->b + column + y * task->b_row_step;                           \
      const uint8_t *numbers = CHOOSES ? task->choices + column + y * task->b_row_step : 0;   \
      for (long x = 0; x < task->width; x++) {                                                \
        vec gradient = load(right);                                                           \
        if (CHOOSES) gradient = NAME(chosen)(gradient, numbers + x * b_step, task->choice);   \
        UNROLL for (int i = 0; i < ROWS; i++)                                                 \
          totals[i] = FMA((vec)(left[i]), gradient, totals[i]);                               \
        left += a_step;                                                                       \
        right += b_step;                                                                      \
      }                                                                                       \
    }                                                                                         \
    const vec counts = lanes_below(task->columns - column);                                   \
    UNROLL for (int i = 0; i < ROWS; i++) {                                                   \
      vec total = task->columns - column < 16 ? (counts != 0 ? totals[i] : splat(0)) : totals[i]; \
      store(sums + i * stride, load(sums + i * stride) + total);                              \
    }                                                                                         \
  }

typedef void (*NAME(tap_gradient_tile))(const struct aepca_tap_gradient *, long, long, float *, long);
#define GRADIENT_TILE(ROWS, NAMED) TAP_GRADIENT_TILE(NAMED, ROWS, 0)
#define CHOICE_TILE(ROWS, NAMED) TAP_GRADIENT_TILE(NAMED, ROWS, 1)
#define GRADIENT_POINTER(ROWS, NAMED) NAME(NAMED##_##ROWS),
EACH_UP_TO_8(GRADIENT_TILE, tap_gradient)
EACH_UP_TO_8(CHOICE_TILE, choice_gradient)
static const NAME(tap_gradient_tile) NAME(tap_gradient_tiles)[] = {
  EACH_UP_TO_8(GRADIENT_POINTER, tap_gradient)};
static const NAME(tap_gradient_tile) NAME(choice_gradient_tiles)[] = {
  EACH_UP_TO_8(GRADIENT_POINTER, choice_gradient)};

static void NAME(tap_gradient)(const struct aepca_tap_gradient *task) {
  const NAME(tap_gradient_tile) *tiles =
    task->choices ? NAME(choice_gradient_tiles) : NAME(tap_gradient_tiles);
  const long vectors = (task->columns + 15) / 16;
  const long parts = (task->rows + MOST_PIXELS - 1) / MOST_PIXELS;
  for (long first = 0, width; first < vectors; first += width) {
    width = aepca_panel_vectors(vectors - first);
    for (long j = 0; j < width; j++) {
      float *sums =
        task->sums + 16 * first * task->kernel_rows + 16 * width * task->first_row + 16 * j;
      long done = 0;
      for (long part = 1; part <= parts; part++) {
        const long end = task->rows * part / parts;
        tiles[end - done - 1](
          task, done, 16 * (first + j), sums + 16 * width * done, 16 * width);
        done = end;
      }
    }
  }
}

static void NAME(pool_row)(const struct aepca_pool_row *task) {
  for (long x = 0; x < task->width; x++) {
    const long start = task->stride * x - task->before;
    const long left = start > 0 ? start : 0;
    const long end = start + task->window_width;
    const long right = end < task->image_width ? end : task->image_width;
    for (long c = 0; c < task->channels; c += 16) {
      const float *from = task->rows + left * task->channels + c;
      vec best = load(from);
      ivec choice = (ivec)(task->first_choice + (int)(left - start));
      for (long y = 0; y < task->height; y++) {
        for (long u = left; u < right; u++) {
          vec value = load(task->rows + y * task->row_step + u * task->channels + c);
          ivec number = (ivec)(task->first_choice + (int)(y * task->window_width + u - start));
          choice = value > best ? number : choice;
          best = value > best ? value : best;
        }
      }
      const long count = task->channels - c, place = x * task->channels + c;
      NAME(store_pixel_vec)(task->to + place, best, count, 0);
      if (!task->choices) continue;
      NAME(bytes) numbers = __builtin_convertvector(choice, NAME(bytes));
      if (count >= 16) {
        *(NAME(bytes) *)(task->choices + place) = numbers;
      } else {
        for (long lane = 0; lane < count; lane++) task->choices[place + lane] = numbers[lane];
      }
    }
  }
}
