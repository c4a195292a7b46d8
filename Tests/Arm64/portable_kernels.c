// Every portable kernel beside its plain twin, in one program that needs no Swift: `make arm64`
// compiles it for another processor and runs it there.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "Kernels.h"

enum { PLACES = 1 << 16 };

/// The same numbers in -1...1 for both; what a kernel may write stands in `out`.
struct operands {
  float a[PLACES], b[PLACES], c[PLACES];
  float out[4][PLACES];
  double sums[256];
};

static struct operands found, expected;
static int failures;

static float uniform(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (float)(*state >> 40) * 0x1p-23f - 1;
}

static void fill(void) {
  uint64_t state = 1;
  memset(&found, 0, sizeof found);
  for (long i = 0; i < PLACES; i++) {
    found.a[i] = uniform(&state);
    found.b[i] = uniform(&state);
    found.c[i] = uniform(&state);
    for (int k = 0; k < 4; k++) found.out[k][i] = uniform(&state);
  }
}

static void judge(double one, double other, double *worst, double *scale) {
  double difference = fabs(one - other);
  *worst = isnan(difference) ? INFINITY : fmax(*worst, difference);
  *scale = fmax(*scale, fabs(other));
}

/// The largest difference over the largest size of what was expected; infinite for a NaN.
static double relative_error(void) {
  double worst = 0, scale = 1e-30, worst_sum = 0, scale_sum = 1e-30;
  for (int k = 0; k < 4; k++)
    for (long i = 0; i < PLACES; i++)
      judge(found.out[k][i], expected.out[k][i], &worst, &scale);
  for (int i = 0; i < 256; i++) judge(found.sums[i], expected.sums[i], &worst_sum, &scale_sum);
  return fmax(worst / scale, worst_sum / scale_sum);
}

/// Runs a statement with both sets on the same operands; `k` is the set and `o` what it works on.
#define COMPARE(NAME, TOLERANCE, ...)                                            \
  do {                                                                           \
    fill();                                                                      \
    expected = found;                                                            \
    for (int set = AEPCA_PLAIN; set <= AEPCA_PORTABLE; set++) {                  \
      const struct aepca_kernels *k = aepca_kernels_for(set);                    \
      struct operands *o = set == AEPCA_PLAIN ? &expected : &found;              \
      __VA_ARGS__;                                                               \
    }                                                                            \
    double error = relative_error();                                             \
    if (!(error <= (TOLERANCE))) {                                               \
      failures++;                                                                \
      printf("%s: off by %g, expected at most %g\n", NAME, error, (double)(TOLERANCE)); \
    }                                                                            \
  } while (0)

static void compare_products(void) {
  static const long shapes[][3] = {{1, 1, 16}, {27, 9, 32}, {5, 3, 48}, {29, 30, 64}, {64, 33, 80},
                                   {31, 8, 112}, {15, 100, 256}, {13, 7, 40}, {25, 11, 3}};
  for (unsigned n = 0; n < sizeof shapes / sizeof *shapes; n++) {
    long rows = shapes[n][0], inner = shapes[n][1], columns = shapes[n][2];
    long width = (columns + 15) / 16 * 16, stride = width + 16;
    for (int mode = AEPCA_STORE; mode <= AEPCA_MULTIPLY; mode++) {
      for (int turned = 0; turned < 2; turned++) {
        for (int activation = 0; activation <= AEPCA_SILU; activation += AEPCA_SILU) {
          COMPARE("product", 2e-6, {
            for (long i = 0; i < inner; i++)
              for (long j = columns; j < width; j++) o->b[i * stride + j] = 0;
            for (long j = columns; j < width; j++) o->c[j] = 0;
            struct aepca_product task = {
              .rows = rows, .inner = inner, .columns = columns, .a = o->a,
              .a_row_stride = turned ? 1 : inner, .a_inner_stride = turned ? rows : 1, .b = o->b,
              .b_stride = stride, .c = o->out[0], .c_stride = stride, .mode = mode,
              .bias = mode == AEPCA_STORE ? o->c : 0, .activation = activation,
              .derivative = o->out[1], .derivative_stride = stride};
            k->product(&task);
          });
        }
        // Packed panels have no lanes to spare here, so that any numbers will do.
        if (columns != width) continue;
        COMPARE("packed product", 2e-6, {
          struct aepca_product task = {
            .rows = rows, .inner = inner, .columns = columns, .a = o->a,
            .a_row_stride = turned ? 1 : inner, .a_inner_stride = turned ? rows : 1, .b = o->b,
            .c = o->out[0], .mode = mode, .bias = mode == AEPCA_STORE ? o->c : 0};
          k->product(&task);
        });
      }
    }
  }
}

static void compare_activations(void) {
  for (int kind = AEPCA_LINEAR; kind <= AEPCA_SOFTPLUS; kind++) {
    for (int size = 1; size <= 16; size *= 4) {
      COMPARE("activation", 2e-6, {
        for (long i = 0; i < PLACES; i++) o->out[0][i] *= size;
        k->activate(kind, 16, 256, o->out[0], 4096, o->out[1], 4096);
      });
    }
  }
}

static void compare_rows(void) {
  COMPARE("multiply", 1e-6, k->multiply(5, 2, o->out[0], 32, o->a, 48));
  COMPARE("accumulate", 1e-6, {
    k->accumulate(1, 4, 1, o->out[0], 32, o->a, 48);
    k->accumulate(0, 2, 2, o->out[1], 32, o->b, 48);
  });
  COMPARE("column sums", 2e-6, k->column_sums(40, 6, o->a, 112, o->out[0]));
  for (long columns = 1; columns <= 40; columns += 13) {
    COMPARE("softmax", 1e-5, {
      k->softmax(3, columns, o->out[0], 48);
      k->softmax_gradient(3, 3, o->out[1], 48, o->a, 48);
    });
  }
  for (long rows = 1; rows <= 49; rows += 8) {
    for (long columns = 1; columns <= 49; columns += 8)
      COMPARE("transpose", 0, k->transpose(rows, columns, o->a, 64, o->out[0], 64));
  }
  COMPARE("prelu", 1e-6, {
    k->prelu(7, 2, o->a, 32, o->b, o->out[0], 32);
    k->prelu_gradient(7, 2, o->a, 32, o->b, o->out[1], 32, o->out[2], 32);
  });
  COMPARE("batch statistics", 2e-6, {
    k->moments(7, 2, o->a, 32, o->out[0], o->out[1]);
    k->normalize(
      7, 2, o->a, 32, o->out[0], o->out[1], 1e-3f, o->b, o->c, o->out[2], 32, o->out[3], 32);
  });
  COMPARE("batch gradients", 2e-6, {
    for (int j = 0; j < 32; j++) o->b[j] = 1 + o->b[j] * o->b[j];
    k->normalize_sums(7, 2, o->out[0], 32, o->a, 32, o->out[1], o->out[2]);
    k->normalize_gradient(
      7, 2, o->out[0], 32, o->a, 32, o->out[1], o->out[2], o->b, 1e-3f, o->c, 7);
  });
  COMPARE("dropout and noise", 1e-6, {
    k->dropout(7, 0.3f, 11, 60, 30, o->out[0], 32, o->out[1], 32);
    k->noise(9, 0.5f, 11, 60, 30, o->out[0], 32);
  });
}

static void compare_losses(void) {
  for (int kind = AEPCA_SQUARED; kind <= AEPCA_CATEGORICAL; kind++) {
    for (int masked = 0; masked < 2; masked++) {
      COMPARE("loss", 2e-6, {
        static uint8_t mask[4 * 32];
        for (int i = 0; i < 4 * 32; i++) {
          mask[i] = i % 5 != 0;
          o->a[i] = kind == AEPCA_SQUARED ? o->a[i] : 0.5f + 0.45f * o->a[i];
        }
        struct aepca_loss task = {
          .kind = kind, .delta = 0.4f, .rows = 4, .columns = 27, .values = o->a,
          .value_stride = 32, .targets = o->b, .target_stride = 32, .mask = masked ? mask : 0,
          .mask_stride = 32, .column_weights = masked ? o->c : 0, .gradient = o->out[0],
          .gradient_stride = 32, .scale = 0.25f, .row_losses = o->sums};
        k->loss(&task);
      });
    }
  }
}

static void compare_optimizers(void) {
  for (long parts = 1; parts <= 3; parts += 2) {
    COMPARE("optimizers", 2e-6, {
      const float *gradients[] = {o->a, o->b, o->c};
      for (int i = 0; i < 48; i++) o->out[2][i] *= i ? o->out[2][i] : 0;
      struct aepca_adam adam = {
        .count = 48, .weights = o->out[0], .first = o->out[1], .second = o->out[2],
        .gradients = gradients, .gradient_count = parts, .offset = 16, .gradient_scale = 0.7f,
        .rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.999f, .root = 3, .epsilon = 1e-8f,
        .decay = 0.02f};
      k->adam(&adam);
      struct aepca_descent descent = {
        .count = 48, .weights = o->out[0], .velocity = o->out[3], .gradients = gradients,
        .gradient_count = parts, .offset = 16, .gradient_scale = 0.7f, .rate = 0.01f,
        .momentum = 0.8f};
      k->descent(&descent);
      o->sums[0] = k->squared_norm(48, 16, gradients, parts);
    });
  }
}

/// A 3 x 3 window over 6 x 7 pixels with a border of one, and the gradient of one of its places.
static void compare_windows(void) {
  static const long shapes[][2] = {{1, 1}, {2, 9}, {5, 64}, {16, 33}};
  for (unsigned n = 0; n < sizeof shapes / sizeof *shapes; n++) {
    long channels = shapes[n][0], columns = shapes[n][1];
    for (int adds = 0; adds < 2; adds++) {
      COMPARE("windows", 2e-6, {
        struct aepca_taps task = {
          .height = 6, .width = 7, .columns = columns, .input = o->a,
          .input_row_step = 9 * channels, .input_pixel_step = channels, .runs = 3,
          .run_step = 9 * channels, .run_length = 3 * channels, .weights = o->b,
          .output = o->out[0], .output_row_step = 7 * columns, .output_pixel_step = columns,
          .bias = adds ? 0 : o->c, .adds = adds, .rectifies = !adds};
        k->taps(&task);
      });
      COMPARE("kernel gradient", 2e-6, {
        static uint8_t choices[6 * 7 * 64 + 16];
        for (unsigned i = 0; i < sizeof choices; i++) choices[i] = i % 3;
        memset(o->out[0], 0, sizeof o->out[0]);
        struct aepca_tap_gradient task = {
          .height = 6, .width = 7, .rows = channels, .a = o->a, .a_row_step = 9 * channels,
          .a_pixel_step = channels, .columns = columns, .b = o->b, .b_row_step = 7 * columns,
          .b_pixel_step = columns, .choices = adds ? choices : 0, .choice = 1,
          .sums = o->out[0], .kernel_rows = channels + 2, .first_row = 2};
        k->tap_gradient(&task);
      });
    }
    COMPARE("pooling", 0, {
      static uint8_t choices[4 * 64];
      struct aepca_pool_row task = {
        .width = 4, .channels = columns, .rows = o->a, .row_step = 7 * columns, .height = 2,
        .image_width = 7, .window_width = 2, .stride = 2, .to = o->out[0], .choices = choices};
      k->pool_row(&task);
      for (long i = 0; i < 4 * columns; i++) o->out[1][i] = choices[i];
    });
  }
  COMPARE("rectifier", 0, k->rectify_gradient(5, 2, o->out[0], 32, o->a, 48));
}

/// The way back from behind 2 x 2 pooling of a 3 x 3 window over 6 x 7 pixels of 48 channels.
static void compare_sparse(void) {
  COMPARE("sparse gradients", 2e-6, {
    static struct aepca_entry entries[2][3 * 4 * 5];
    static int32_t starts[6 * 7 + 2];
    static int32_t counts[5];
    static uint8_t choices[3 * 4 * 5];
    for (unsigned i = 0; i < sizeof choices; i++) choices[i] = i / 5 % 4 == 3 ? 0 : i % 4;
    struct aepca_sparse_image image = {
      .height = 6, .width = 7, .channels = 5, .entries = entries[0], .starts = starts,
      .by_channel = entries[1], .channel_counts = counts, .channel_capacity = 12};
    struct aepca_windows windows = {
      .channels = 5, .large_height = 6, .large_width = 7, .small_height = 3, .small_width = 4,
      .window_height = 2, .window_width = 2, .stride_y = 2, .stride_x = 2};
    aepca_list_choices(&windows, o->a, choices, &image, 9 * 48, 48);
    struct aepca_sparse_convolution task = {
      .gradient = image, .kernel_height = 3, .kernel_width = 3, .channels = 48};
    k->sparse_input_gradient(&task, o->b, o->out[0], 6, 7, 1, 1);
    k->sparse_kernel_gradient(&task, o->c, 9 * 48, o->out[1]);
  });
}

static void count(void *context, int thread) { ((int *)context)[64 * thread]++; }

/// Threads and the order of what they write, which is weaker here than on x86-64.
static void run_team(void) {
  static int counts[64 * 4];
  struct aepca_team *team = aepca_team_create(4);
  for (int run = 1; team && run <= 1000; run++) {
    aepca_team_run(team, count, counts);
    for (int thread = 0; thread < 4; thread++) failures += counts[64 * thread] != run;
  }
  if (team) aepca_team_destroy(team);
  else failures++;
}

int main(void) {
  compare_products();
  compare_activations();
  compare_rows();
  compare_losses();
  compare_optimizers();
  compare_windows();
  compare_sparse();
  run_team();
  printf(failures ? "%d comparisons failed\n" : "portable kernels equal their twins\n", failures);
  return failures != 0;
}
