#include <math.h>
#include <string.h>

#include "Kernels.h"

// The plain twin of every kernel: one entry at a time, by the formula, with the library's
// functions in Float64. Slow and obvious; tests compare the others with it.

#define SET AEPCA_PLAIN
#define NAME(x) aepca_plain_##x

static double value_of(int kind, double x) {
  switch (kind) {
  case AEPCA_RELU: return x > 0 ? x : 0;
  case AEPCA_LEAKY_RELU: return x > 0 ? x : 0.01f * x;
  case AEPCA_ELU: return x > 0 ? x : expm1(x);
  case AEPCA_GELU: return 0.5 * x * erfc(-x * M_SQRT1_2);
  case AEPCA_SILU: return x / (1 + exp(-x));
  case AEPCA_TANH: return tanh(x);
  case AEPCA_SIGMOID: return 1 / (1 + exp(-x));
  case AEPCA_SOFTPLUS: return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
  default: return x;
  }
}

static double slope_of(int kind, double x) {
  double share = 1 / (1 + exp(-x));
  switch (kind) {
  case AEPCA_RELU: return x > 0;
  case AEPCA_LEAKY_RELU: return x > 0 ? 1 : 0.01f;
  case AEPCA_ELU: return x > 0 ? 1 : exp(x);
  case AEPCA_GELU:
    return 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) * 0.3989422804014327;
  case AEPCA_SILU: return share + x * share * (1 - share);
  case AEPCA_TANH: return 1 - tanh(x) * tanh(x);
  case AEPCA_SIGMOID: return share * (1 - share);
  case AEPCA_SOFTPLUS: return share;
  default: return 1;
  }
}

static void NAME(activate)(
  int kind, long rows, long vectors, float *values, long stride, float *derivative,
  long derivative_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j++) {
      double x = values[i * stride + j];
      values[i * stride + j] = value_of(kind, x);
      if (derivative) derivative[i * derivative_stride + j] = slope_of(kind, x);
    }
  }
}

static void NAME(product)(const struct aepca_product *task) {
  const long vectors = (task->columns + 15) / 16;
  for (long done = 0, width; done < vectors; done += width) {
    width = aepca_panel_vectors(vectors - done);
    const float *b = task->b + 16 * done * (task->b_stride ? 1 : task->inner);
    float *c = task->c + 16 * done * (task->c_stride ? 1 : task->rows);
    long b_stride = task->b_stride ? task->b_stride : 16 * width;
    long c_stride = task->c_stride ? task->c_stride : 16 * width;
    for (long i = 0; i < task->rows; i++) {
      for (long j = 0; j < 16 * width; j++) {
        double total = task->mode == AEPCA_ADD ? c[i * c_stride + j]
          : task->bias ? task->bias[16 * done + j] : 0;
        for (long p = 0; p < task->inner; p++) {
          total += (double)task->a[i * task->a_row_stride + p * task->a_inner_stride] *
            b[p * b_stride + j];
        }
        if (task->mode == AEPCA_MULTIPLY) total *= c[i * c_stride + j];
        c[i * c_stride + j] = total;
      }
    }
    if (task->activation != AEPCA_LINEAR) {
      NAME(activate)(
        task->activation, task->rows, width, c, c_stride,
        task->derivative ? task->derivative + 16 * done : 0, task->derivative_stride);
    }
  }
}

static void NAME(multiply)(
  long rows, long vectors, float *values, long stride, const float *factors,
  long factor_stride) {
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < 16 * vectors; j++)
      values[i * stride + j] *= factors[i * factor_stride + j];
}

static void NAME(rectify_gradient)(
  long rows, long vectors, float *gradient, long stride, const float *values, long value_stride) {
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < 16 * vectors; j++)
      if (!(values[i * value_stride + j] > 0)) gradient[i * stride + j] = 0;
}

static void NAME(accumulate)(
  int adds, long rows, long vectors, float *values, long stride, const float *source,
  long source_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j++) {
      float value = source[i * source_stride + j];
      values[i * stride + j] = adds ? values[i * stride + j] + value : value;
    }
  }
}

static void NAME(column_sums)(
  long rows, long vectors, const float *values, long stride, float *sums) {
  for (long j = 0; j < 16 * vectors; j++) {
    double total = sums[j];
    for (long i = 0; i < rows; i++) total += values[i * stride + j];
    sums[j] = total;
  }
}

static void NAME(softmax)(long rows, long columns, float *values, long stride) {
  for (long i = 0; i < rows; i++) {
    float *row = values + i * stride;
    double most = row[0], total = 0;
    for (long j = 1; j < columns; j++) most = fmax(most, row[j]);
    for (long j = 0; j < columns; j++) total += exp(row[j] - most);
    for (long j = 0; j < (columns + 15) / 16 * 16; j++)
      row[j] = j < columns ? exp(row[j] - most) / total : 0;
  }
}

static void NAME(softmax_gradient)(
  long rows, long vectors, float *gradient, long stride, const float *probabilities,
  long probability_stride) {
  for (long i = 0; i < rows; i++) {
    float *row = gradient + i * stride;
    const float *share = probabilities + i * probability_stride;
    double mean = 0;
    for (long j = 0; j < 16 * vectors; j++) mean += (double)row[j] * share[j];
    for (long j = 0; j < 16 * vectors; j++) row[j] = share[j] * (row[j] - mean);
  }
}

static void NAME(transpose)(
  long rows, long columns, const float *from, long from_stride, float *to, long to_stride) {
  for (long j = 0; j < columns; j++)
    for (long i = 0; i < (rows + 15) / 16 * 16; i++)
      to[j * to_stride + i] = i < rows ? from[i * from_stride + j] : 0;
}

static double entry_loss(const struct aepca_loss *task, double value, double target, double *slope) {
  double error = value - target;
  switch (task->kind) {
  case AEPCA_ABSOLUTE:
    *slope = (error > 0) - (error < 0);
    return fabs(error);
  case AEPCA_HUBER:
    *slope = fmax(-task->delta, fmin(task->delta, error));
    return fabs(error) <= task->delta ? error * error / 2
                                      : task->delta * (fabs(error) - task->delta / 2);
  case AEPCA_BINARY: {
    double least = 1e-7f, kept = fmax(least, fmin(1 - least, value));
    *slope = kept == value ? (kept - target) / (kept * (1 - kept)) : 0;
    return -(target * log(kept) + (1 - target) * log(1 - kept));
  }
  case AEPCA_BINARY_LOGITS:
    *slope = 1 / (1 + exp(-value)) - target;
    return fmax(value, 0) - value * target + log1p(exp(-fabs(value)));
  case AEPCA_CATEGORICAL: {
    double kept = fmax(1e-7f, value);
    *slope = kept == value ? -target / kept : 0;
    return -target * log(kept);
  }
  default: *slope = 2 * error; return error * error;
  }
}

static void NAME(loss)(const struct aepca_loss *task) {
  for (long i = 0; i < task->rows; i++) {
    double total = 0;
    for (long j = 0; j < (task->columns + 15) / 16 * 16; j++) {
      double weight = j < task->columns, slope = 0;
      if (weight && task->mask) weight *= task->mask[i * task->mask_stride + j];
      if (weight && task->column_weights) weight *= task->column_weights[j];
      if (weight) {
        total += weight * entry_loss(
          task, task->values[i * task->value_stride + j],
          task->targets[i * task->target_stride + j], &slope);
      }
      if (task->gradient) task->gradient[i * task->gradient_stride + j] = slope * weight * task->scale;
    }
    task->row_losses[i] = total;
  }
}

static double whole(const float *const *parts, long count, long place) {
  double total = 0;
  for (long part = 0; part < count; part++) total += parts[part][place];
  return total;
}

static void NAME(adam)(const struct aepca_adam *task) {
  for (long i = 0; i < task->count; i++) {
    double g = task->gradient_scale * whole(task->gradients, task->gradient_count, task->offset + i);
    double m = task->beta1 * task->first[i] + (1 - task->beta1) * g;
    double v = task->beta2 * task->second[i] + (1 - task->beta2) * g * g;
    task->first[i] = m;
    task->second[i] = v;
    task->weights[i] = task->weights[i] * (1 - task->decay) -
      task->rate * m / (sqrt(v) * task->root + task->epsilon);
  }
}

static void NAME(descent)(const struct aepca_descent *task) {
  for (long i = 0; i < task->count; i++) {
    double g = task->gradient_scale * whole(task->gradients, task->gradient_count, task->offset + i);
    double velocity = task->momentum * task->velocity[i] + g;
    task->velocity[i] = velocity;
    task->weights[i] -= task->rate * velocity;
  }
}

static double NAME(squared_norm)(
  long count, long offset, const float *const *gradients, long gradient_count) {
  double total = 0;
  for (long i = 0; i < count; i++) {
    double g = whole(gradients, gradient_count, offset + i);
    total += g * g;
  }
  return total;
}

static void NAME(prelu)(
  long rows, long vectors, const float *x, long x_stride, const float *slopes, float *to,
  long stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j++) {
      float value = x[i * x_stride + j];
      to[i * stride + j] = value > 0 ? value : slopes[j] * value;
    }
  }
}

static void NAME(prelu_gradient)(
  long rows, long vectors, const float *x, long x_stride, const float *slopes,
  float *gradient, long stride, float *slope_gradient, long slope_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j++) {
      float value = x[i * x_stride + j], outer = gradient[i * stride + j];
      slope_gradient[i * slope_stride + j] = value < 0 ? outer * value : 0;
      gradient[i * stride + j] = value > 0 ? outer : outer * slopes[j];
    }
  }
}

static void NAME(moments)(
  long rows, long vectors, const float *x, long stride, float *mean, float *variance) {
  for (long j = 0; j < 16 * vectors; j++) {
    double total = 0, squares = 0;
    for (long i = 0; i < rows; i++) total += x[i * stride + j];
    for (long i = 0; i < rows; i++) squares += pow(x[i * stride + j] - total / rows, 2);
    mean[j] = total / rows;
    variance[j] = squares / rows;
  }
}

static void NAME(normalize)(
  long rows, long vectors, const float *x, long x_stride, const float *mean,
  const float *variance, float epsilon, const float *scale, const float *shift,
  float *normalized, long normalized_stride, float *to, long stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j++) {
      double value = ((double)x[i * x_stride + j] - mean[j]) / sqrt((double)variance[j] + epsilon);
      if (normalized) normalized[i * normalized_stride + j] = value;
      to[i * stride + j] = scale[j] * value + shift[j];
    }
  }
}

static void NAME(normalize_sums)(
  long rows, long vectors, const float *gradient, long stride, const float *normalized,
  long normalized_stride, float *sums, float *products) {
  for (long j = 0; j < 16 * vectors; j++) {
    double sum = 0, product = 0;
    for (long i = 0; i < rows; i++) {
      sum += gradient[i * stride + j];
      product += (double)gradient[i * stride + j] * normalized[i * normalized_stride + j];
    }
    sums[j] = sum;
    products[j] = product;
  }
}

static void NAME(normalize_gradient)(
  long rows, long vectors, float *gradient, long stride, const float *normalized,
  long normalized_stride, const float *sums, const float *products, const float *variance,
  float epsilon, const float *scale, float count) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j++) {
      double centered = gradient[i * stride + j] - (double)sums[j] / count -
        (double)normalized[i * normalized_stride + j] * products[j] / count;
      gradient[i * stride + j] = scale[j] / sqrt((double)variance[j] + epsilon) * centered;
    }
  }
}

#include "random.h"

/// Newton's method on the distribution itself, from a rough start.
static double NAME(normal)(uint32_t bits) {
  double x = ((double)(bits >> 8) * 2 + 1) * 0x1p-24 - 1;
  double y = 0;
  for (int round = 0; round < 60; round++) {
    double step = (erf(y) - x) * 0.88622692545275801 * exp(y * y);
    y -= step > 0.5 ? 0.5 : step < -0.5 ? -0.5 : step;
  }
  return y * 1.4142135623730951;
}

static void NAME(noise)(
  uint64_t key, float deviation, long first_row, long rows, long columns, float *values,
  long stride) {
  for (long i = 0; i < rows; i++) {
    uint64_t row_bits = aepca_mixed(key, (uint64_t)(first_row + i));
    for (long j = 0; j < columns; j++) {
      uint32_t bits = AEPCA_ENTRY_BITS(row_bits, (uint32_t)j);
      values[i * stride + j] += (float)(deviation * NAME(normal)(bits));
    }
  }
}

/// Entry (row, column) of a packed matrix.
static long packed(long rows, long columns, long row, long column) {
  const long vectors = (columns + 15) / 16;
  long first = 0, width = aepca_panel_vectors(vectors);
  while (column >= 16 * (first + width)) {
    first += width;
    width = aepca_panel_vectors(vectors - first);
  }
  return 16 * first * rows + 16 * width * row + column - 16 * first;
}

static void NAME(taps)(const struct aepca_taps *task) {
  const long inner = task->runs * task->run_length;
  for (long n = 0; n < task->height * task->width; n++) {
    const long y = n / task->width, x = n % task->width;
    const float *from = task->input + y * task->input_row_step + x * task->input_pixel_step;
    float *to = task->output + y * task->output_row_step + x * task->output_pixel_step;
    for (long j = 0; j < task->columns; j++) {
      double total = task->bias ? task->bias[j] : 0;
      for (long run = 0; run < task->runs; run++) {
        for (long k = 0; k < task->run_length; k++) {
          total += (double)from[run * task->run_step + k] *
            task->weights[packed(inner, task->columns, run * task->run_length + k, j)];
        }
      }
      if (task->rectifies && !(total > 0)) total = 0;
      to[j] = task->adds ? to[j] + total : total;
    }
  }
}

static void NAME(tap_gradient)(const struct aepca_tap_gradient *task) {
  for (long i = 0; i < task->rows; i++) {
    for (long j = 0; j < task->columns; j++) {
      double total = 0;
      for (long y = 0; y < task->height; y++) {
        for (long x = 0; x < task->width; x++) {
          const long place = y * task->b_row_step + x * task->b_pixel_step + j;
          if (task->choices && task->choices[place] != task->choice) continue;
          total += (double)task->a[y * task->a_row_step + x * task->a_pixel_step + i] *
            task->b[place];
        }
      }
      task->sums[packed(task->kernel_rows, task->columns, task->first_row + i, j)] += total;
    }
  }
}

static void NAME(pool_row)(const struct aepca_pool_row *task) {
  for (long x = 0; x < task->width; x++) {
    for (long c = 0; c < task->channels; c++) {
      float best = -INFINITY;
      int choice = 0;
      for (long y = 0; y < task->height; y++) {
        for (long u = 0; u < task->window_width; u++) {
          const long column = task->stride * x - task->before + u;
          if (column < 0 || column >= task->image_width) continue;
          const float value = task->rows[y * task->row_step + column * task->channels + c];
          if (!(value > best)) continue;
          best = value;
          choice = task->first_choice + (int)(y * task->window_width + u);
        }
      }
      task->to[x * task->channels + c] = best;
      if (task->choices) task->choices[x * task->channels + c] = (uint8_t)choice;
    }
  }
}

static void NAME(sparse_input_gradient)(
  const struct aepca_sparse_convolution *task, const float *weights, float *to, long height,
  long width, long before_y, long before_x) {
  const struct aepca_sparse_image *image = &task->gradient;
  const long places = task->kernel_height * task->kernel_width;
  for (long n = 0; n < height * width; n++) {
    for (long j = 0; j < task->channels; j++) {
      double total = to[n * task->channels + j];
      for (long place = 0; place < places; place++) {
        const long last = places - 1 - place;
        const long y = n / width + before_y - last / task->kernel_width;
        const long x = n % width + before_x - last % task->kernel_width;
        if (y < 0 || y >= image->height || x < 0 || x >= image->width) continue;
        const int32_t *starts = image->starts + y * image->width + x;
        for (long e = starts[0]; e < starts[1]; e++) {
          const long row = place * image->channels + image->entries[e].place;
          total += (double)image->entries[e].value *
            weights[packed(places * image->channels, task->channels, row, j)];
        }
      }
      to[n * task->channels + j] = total;
    }
  }
}

static void NAME(sparse_kernel_gradient)(
  const struct aepca_sparse_convolution *task, const float *input, long input_row_step,
  float *sums) {
  const struct aepca_sparse_image *image = &task->gradient;
  for (long place = 0; place < task->kernel_height * task->kernel_width; place++) {
    const float *from = input + place / task->kernel_width * input_row_step +
      place % task->kernel_width * task->channels;
    for (long c = 0; c < image->channels; c++) {
      const struct aepca_entry *entries = image->by_channel + c * image->channel_capacity;
      for (long j = 0; j < task->channels; j++) {
        float *sum = sums + (place * image->channels + c) * task->channels + j;
        double total = *sum;
        for (long e = 0; e < image->channel_counts[c]; e++)
          total += (double)entries[e].value * from[entries[e].place + j];
        *sum = total;
      }
    }
  }
}

#include "kernel_table.h"
