// What layers do entry by entry, a vector at a time.

/// f(x) and, when wanted, f'(x).
INLINE vec NAME(activation)(int kind, vec x, vec *slope) {
  switch (kind) {
  case AEPCA_RELU:
    *slope = x > 0 ? splat(1) : splat(0);
    return larger(x, splat(0));
  case AEPCA_LEAKY_RELU:
    *slope = x > 0 ? splat(1) : splat(0.01f);
    return x * *slope;
  case AEPCA_ELU: {
    vec below = exponential_minus_one(smaller(x, splat(0)));
    *slope = x > 0 ? splat(1) : below + 1;
    return x > 0 ? x : below;
  }
  case AEPCA_GELU: {
    vec density, tail = normal_tail(x, &density);
    vec share = x > 0 ? 1 - tail : tail;
    *slope = FMA(x * density, splat(0.3989422804014327f), share);
    return x * share;
  }
  case AEPCA_SILU: {
    vec share = sigmoid(x), value = x * share;
    *slope = FMA(value, 1 - share, share);
    return value;
  }
  case AEPCA_TANH: {
    vec value = hyperbolic_tangent(x);
    *slope = FMA(-value, value, splat(1));
    return value;
  }
  case AEPCA_SIGMOID: {
    vec value = sigmoid(x);
    *slope = FMA(-value, value, value);
    return value;
  }
  case AEPCA_SOFTPLUS: {
    vec power = exponential(-magnitude(x));
    vec share = RECIPROCAL(1 + power);
    *slope = x > 0 ? share : power * share;
    return larger(x, splat(0)) + logarithm_of_one_plus(power);
  }
  default:
    *slope = splat(1);
    return x;
  }
}

#define ACTIVATE(KIND)                                                              \
  static void NAME(activate_##KIND)(                                                \
    long rows, long vectors, float *values, long stride, float *derivative,         \
    long derivative_stride) {                                                       \
    for (long i = 0; i < rows; i++) {                                               \
      for (long j = 0; j < 16 * vectors; j += 16) {                                 \
        vec slope;                                                                  \
        float *place = values + i * stride + j;                                     \
        store(place, NAME(activation)(KIND, load(place), &slope));                  \
        if (derivative) store(derivative + i * derivative_stride + j, slope);       \
      }                                                                             \
    }                                                                               \
  }

ACTIVATE(AEPCA_LINEAR)
ACTIVATE(AEPCA_RELU)
ACTIVATE(AEPCA_LEAKY_RELU)
ACTIVATE(AEPCA_ELU)
ACTIVATE(AEPCA_GELU)
ACTIVATE(AEPCA_SILU)
ACTIVATE(AEPCA_TANH)
ACTIVATE(AEPCA_SIGMOID)
ACTIVATE(AEPCA_SOFTPLUS)

static void NAME(activate)(
  int kind, long rows, long vectors, float *values, long stride, float *derivative,
  long derivative_stride) {
#define ACTIVATE_CASE(KIND)                                                                   \
  case KIND:                                                                                  \
    NAME(activate_##KIND)(rows, vectors, values, stride, derivative, derivative_stride); \
    return;
  switch (kind) {
    ACTIVATE_CASE(AEPCA_RELU)
    ACTIVATE_CASE(AEPCA_LEAKY_RELU)
    ACTIVATE_CASE(AEPCA_ELU)
    ACTIVATE_CASE(AEPCA_GELU)
    ACTIVATE_CASE(AEPCA_SILU)
    ACTIVATE_CASE(AEPCA_TANH)
    ACTIVATE_CASE(AEPCA_SIGMOID)
    ACTIVATE_CASE(AEPCA_SOFTPLUS)
    ACTIVATE_CASE(AEPCA_LINEAR)
  }
}

static void NAME(multiply)(
  long rows, long vectors, float *values, long stride, const float *factors,
  long factor_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j += 16) {
      float *place = values + i * stride + j;
      store(place, load(place) * load(factors + i * factor_stride + j));
    }
  }
}

static void NAME(rectify_gradient)(
  long rows, long vectors, float *gradient, long stride, const float *values, long value_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j += 16) {
      float *place = gradient + i * stride + j;
      vec value = load(values + i * value_stride + j);
      store(place, value > 0 ? load(place) : splat(0));
    }
  }
}

static void NAME(accumulate)(
  int adds, long rows, long vectors, float *values, long stride, const float *source,
  long source_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j += 16) {
      float *place = values + i * stride + j;
      vec value = load(source + i * source_stride + j);
      store(place, adds ? load(place) + value : value);
    }
  }
}

static void NAME(column_sums)(
  long rows, long vectors, const float *values, long stride, float *sums) {
  long j = 0;
  for (; j + 64 <= 16 * vectors; j += 64) {
    vec total[4];
    UNROLL for (int k = 0; k < 4; k++) total[k] = load(sums + j + 16 * k);
    for (long i = 0; i < rows; i++) {
      UNROLL for (int k = 0; k < 4; k++) total[k] += load(values + i * stride + j + 16 * k);
    }
    UNROLL for (int k = 0; k < 4; k++) store(sums + j + 16 * k, total[k]);
  }
  for (; j < 16 * vectors; j += 16) {
    vec total = load(sums + j);
    for (long i = 0; i < rows; i++) total += load(values + i * stride + j);
    store(sums + j, total);
  }
}

static void NAME(softmax)(long rows, long columns, float *values, long stride) {
  for (long i = 0; i < rows; i++) {
    float *row = values + i * stride;
    float most = row[0];
    for (long j = 1; j < columns; j++) most = row[j] > most ? row[j] : most;
    vec total = splat(0);
    for (long j = 0; j < columns; j += 16) {
      vec power = exponential(load(row + j) - most) * lanes_below(columns - j);
      total += power;
      store(row + j, power);
    }
    float scale = 1 / sum(total);
    for (long j = 0; j < columns; j += 16) store(row + j, load(row + j) * scale);
  }
}

static void NAME(softmax_gradient)(
  long rows, long vectors, float *gradient, long stride, const float *probabilities,
  long probability_stride) {
  for (long i = 0; i < rows; i++) {
    float *row = gradient + i * stride;
    const float *share = probabilities + i * probability_stride;
    vec total = splat(0);
    for (long j = 0; j < 16 * vectors; j += 16) total += load(row + j) * load(share + j);
    float mean = sum(total);
    for (long j = 0; j < 16 * vectors; j += 16) {
      store(row + j, load(share + j) * (load(row + j) - mean));
    }
  }
}
