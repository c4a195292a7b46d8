// Layers with numbers of their own for each column.

/// x above 0, slope * x below; the slopes may be trained.
static void NAME(prelu)(
  long rows, long vectors, const float *x, long x_stride, const float *slopes, float *to,
  long stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j += 16) {
      vec value = load(x + i * x_stride + j);
      store(to + i * stride + j, value > 0 ? value : value * load(slopes + j));
    }
  }
}

static void NAME(prelu_gradient)(
  long rows, long vectors, const float *x, long x_stride, const float *slopes,
  float *gradient, long stride, float *slope_gradient, long slope_stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < 16 * vectors; j += 16) {
      vec value = load(x + i * x_stride + j), outer = load(gradient + i * stride + j);
      store(slope_gradient + i * slope_stride + j, outer * smaller(value, splat(0)));
      store(gradient + i * stride + j, value > 0 ? outer : outer * load(slopes + j));
    }
  }
}

/// In Float64, in two passes: a difference of large sums would lose the variance.
static void NAME(moments)(
  long rows, long vectors, const float *x, long stride, float *mean, float *variance) {
  typedef double wide __attribute__((ext_vector_type(16)));
  for (long j = 0; j < 16 * vectors; j += 16) {
    wide total = (wide)0.0, squares = (wide)0.0;
    for (long i = 0; i < rows; i++)
      total += __builtin_convertvector(load(x + i * stride + j), wide);
    total /= (double)rows;
    for (long i = 0; i < rows; i++) {
      wide error = __builtin_convertvector(load(x + i * stride + j), wide) - total;
      squares += error * error;
    }
    store(mean + j, __builtin_convertvector(total, vec));
    store(variance + j, __builtin_convertvector(squares / (double)rows, vec));
  }
}

static void NAME(normalize)(
  long rows, long vectors, const float *x, long x_stride, const float *mean,
  const float *variance, float epsilon, const float *scale, const float *shift,
  float *normalized, long normalized_stride, float *to, long stride) {
  for (long j = 0; j < 16 * vectors; j += 16) {
    vec factor = 1 / __builtin_elementwise_sqrt(load(variance + j) + epsilon);
    vec center = load(mean + j), gain = load(scale + j), offset = load(shift + j);
    for (long i = 0; i < rows; i++) {
      vec value = (load(x + i * x_stride + j) - center) * factor;
      if (normalized) store(normalized + i * normalized_stride + j, value);
      store(to + i * stride + j, FMA(value, gain, offset));
    }
  }
}

static void NAME(normalize_sums)(
  long rows, long vectors, const float *gradient, long stride, const float *normalized,
  long normalized_stride, float *sums, float *products) {
  for (long j = 0; j < 16 * vectors; j += 16) {
    vec sum = splat(0), product = splat(0);
    for (long i = 0; i < rows; i++) {
      vec outer = load(gradient + i * stride + j);
      sum += outer;
      product = FMA(outer, load(normalized + i * normalized_stride + j), product);
    }
    store(sums + j, sum);
    store(products + j, product);
  }
}

/// d/dx of the normalized value through the batch's own mean and variance (Ioffe and Szegedy
/// 2015, arXiv:1502.03167, section 3).
static void NAME(normalize_gradient)(
  long rows, long vectors, float *gradient, long stride, const float *normalized,
  long normalized_stride, const float *sums, const float *products, const float *variance,
  float epsilon, const float *scale, float count) {
  for (long j = 0; j < 16 * vectors; j += 16) {
    vec factor = load(scale + j) / __builtin_elementwise_sqrt(load(variance + j) + epsilon);
    vec mean = load(sums + j) / count, slope = load(products + j) / count;
    for (long i = 0; i < rows; i++) {
      float *place = gradient + i * stride + j;
      vec centered = load(place) - mean;
      store(place, factor * FMA(-slope, load(normalized + i * normalized_stride + j), centered));
    }
  }
}
