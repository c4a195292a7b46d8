// Losses with their gradients, each row summed in Float32 lanes.

/// The loss of a value against its target, and its derivative by the value.
INLINE vec NAME(entry_loss)(int kind, vec delta, vec value, vec target, vec *slope) {
  vec error = value - target;
  switch (kind) {
  case AEPCA_ABSOLUTE:
    *slope = error > 0 ? splat(1) : (error < 0 ? splat(-1) : splat(0));
    return magnitude(error);
  case AEPCA_HUBER: {
    vec size = magnitude(error), inside = smaller(size, delta);
    *slope = error > 0 ? inside : -inside;
    return inside * (size - 0.5f * inside);
  }
  case AEPCA_BINARY: {
    // As everywhere: probabilities are kept 1e-7 away from 0 and 1, where the slope is 0.
    vec least = splat(1e-7f);
    vec kept = smaller(larger(value, least), 1 - least);
    vec other = 1 - kept;
    vec derivative = (kept - target) * RECIPROCAL(kept * other);
    *slope = kept == value ? derivative : splat(0);
    return -FMA(target, logarithm(kept), (1 - target) * logarithm(other));
  }
  case AEPCA_BINARY_LOGITS: {
    *slope = sigmoid(value) - target;
    vec power = exponential(-magnitude(value));
    return larger(value, splat(0)) - value * target + logarithm_of_one_plus(power);
  }
  case AEPCA_CATEGORICAL: {
    vec least = splat(1e-7f), kept = larger(value, least);
    *slope = kept == value ? -target * RECIPROCAL(kept) : splat(0);
    return -target * logarithm(kept);
  }
  default:
    *slope = error + error;
    return error * error;
  }
}

#define LOSS(KIND)                                                                          \
  static void NAME(loss_##KIND)(const struct aepca_loss *task) {                            \
    const vec delta = splat(task->delta);                                                   \
    for (long i = 0; i < task->rows; i++) {                                                 \
      vec row = splat(0);                                                                   \
      for (long j = 0; j < task->columns; j += 16) {                                        \
        vec slope;                                                                          \
        if (j + 16 <= task->columns && !task->mask && !task->column_weights) {              \
          vec value = load(task->values + i * task->value_stride + j);                      \
          vec target = load(task->targets + i * task->target_stride + j);                   \
          row += NAME(entry_loss)(KIND, delta, value, target, &slope);                      \
          if (task->gradient)                                                               \
            store(task->gradient + i * task->gradient_stride + j, slope * task->scale);     \
          continue;                                                                         \
        }                                                                                   \
        vec counts = lanes_below(task->columns - j);                                        \
        if (task->mask) {                                                                   \
          typedef uint8_t bytes __attribute__((ext_vector_type(16), aligned(1), may_alias)); \
          bytes seen = *(const bytes *)(task->mask + i * task->mask_stride + j);            \
          counts *= __builtin_convertvector(seen, vec);                                     \
        }                                                                                   \
        if (task->column_weights) counts *= load(task->column_weights + j);                 \
        vec value = load(task->values + i * task->value_stride + j);                        \
        vec target = load(task->targets + i * task->target_stride + j);                     \
        vec entry = NAME(entry_loss)(KIND, delta, value, target, &slope);                   \
        /* A lane that does not count may hold anything, NaN too. */                        \
        row += counts != 0 ? entry * counts : splat(0);                                     \
        if (task->gradient) {                                                               \
          store(                                                                            \
            task->gradient + i * task->gradient_stride + j,                                 \
            counts != 0 ? slope * counts * task->scale : splat(0));                         \
        }                                                                                   \
      }                                                                                     \
      task->row_losses[i] = sum(row);                                                       \
    }                                                                                       \
  }

LOSS(AEPCA_SQUARED)
LOSS(AEPCA_ABSOLUTE)
LOSS(AEPCA_HUBER)
LOSS(AEPCA_BINARY)
LOSS(AEPCA_BINARY_LOGITS)
LOSS(AEPCA_CATEGORICAL)

static void NAME(loss)(const struct aepca_loss *task) {
  switch (task->kind) {
  case AEPCA_ABSOLUTE: return NAME(loss_AEPCA_ABSOLUTE)(task);
  case AEPCA_HUBER: return NAME(loss_AEPCA_HUBER)(task);
  case AEPCA_BINARY: return NAME(loss_AEPCA_BINARY)(task);
  case AEPCA_BINARY_LOGITS: return NAME(loss_AEPCA_BINARY_LOGITS)(task);
  case AEPCA_CATEGORICAL: return NAME(loss_AEPCA_CATEGORICAL)(task);
  default: return NAME(loss_AEPCA_SQUARED)(task);
  }
}
