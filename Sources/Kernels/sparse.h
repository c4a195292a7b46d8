// The way back from behind a pooled convolution. In each window at most one pixel of a channel has a
// gradient, so most of the products that a dense way would take are by 0: these take the others.

/// Adds the entries of one pixel times their rows of weights, a panel of some vectors.
#define SPARSE_PIXEL(VECTORS)                                                                 \
  INLINE void NAME(sparse_pixel_##VECTORS)(                                                   \
    const struct aepca_entry *entry, const struct aepca_entry *end, const float *weights,     \
    float *to) {                                                                              \
    vec sums[VECTORS];                                                                        \
    UNROLL for (int j = 0; j < VECTORS; j++) sums[j] = load(to + 16 * j);                     \
    for (; entry < end; entry++) {                                                            \
      const float *row = weights + 16 * VECTORS * (long)entry->place;                         \
      const vec value = splat(entry->value);                                                  \
      UNROLL for (int j = 0; j < VECTORS; j++) sums[j] = FMA(value, load(row + 16 * j), sums[j]); \
    }                                                                                         \
    UNROLL for (int j = 0; j < VECTORS; j++) store(to + 16 * j, sums[j]);                     \
  }                                                                                           \
  /* Rows of the input in turn, each by all places of the kernel: its pixels stay in cache. */ \
  static void NAME(sparse_panel_##VECTORS)(                                                   \
    const struct aepca_sparse_convolution *task, const float *weights, float *to, long pixel, \
    long first, long rows, long width, long before_y, long before_x) {                        \
    const struct aepca_sparse_image *image = &task->gradient;                                 \
    for (long place = 0; place < task->kernel_height * task->kernel_width; place++) {         \
      /* The last place comes first. */                                                       \
      const long ky = task->kernel_height - 1 - place / task->kernel_width;                   \
      const long kx = task->kernel_width - 1 - place % task->kernel_width;                    \
      const float *panel = weights + 16 * VECTORS * image->channels * place;                  \
      for (long y = first; y < first + rows; y++) {                                           \
        const long source = y + before_y - ky;                                                \
        if (source < 0 || source >= image->height) continue;                                  \
        const long shift = before_x - kx;                                                     \
        const long begin = shift < 0 ? -shift : 0;                                            \
        const long end = image->width - shift < width ? image->width - shift : width;         \
        const int32_t *starts = image->starts + source * image->width + shift;                \
        for (long x = begin; x < end; x++) {                                                  \
          NAME(sparse_pixel_##VECTORS)(                                                       \
            image->entries + starts[x], image->entries + starts[x + 1], panel,                \
            to + (y * width + x) * pixel);                                                    \
        }                                                                                     \
      }                                                                                       \
    }                                                                                         \
  }

SPARSE_PIXEL(1)
SPARSE_PIXEL(2)
SPARSE_PIXEL(3)
SPARSE_PIXEL(4)

static void NAME(sparse_input_gradient)(
  const struct aepca_sparse_convolution *task, const float *weights, float *to, long height,
  long width, long before_y, long before_x) {
  static void (*const panels[])(
    const struct aepca_sparse_convolution *, const float *, float *, long, long, long, long, long,
    long) = {
    NAME(sparse_panel_1), NAME(sparse_panel_2), NAME(sparse_panel_3), NAME(sparse_panel_4)};
  const long vectors = task->channels / 16;
  const long inner = task->kernel_height * task->kernel_width * task->gradient.channels;
  for (long first = 0, panel; first < vectors; first += panel) {
    panel = aepca_panel_vectors(vectors - first);
    // As many rows as a quarter of the first cache or so takes.
    const long row = 64 * panel * width;
    long rows = row < 12288 ? 12288 / row : 1;
    for (long y = 0; y < height; y += rows) {
      if (rows > height - y) rows = height - y;
      panels[panel - 1](
        task, weights + 16 * first * inner, to + 16 * first, task->channels, y, rows, width,
        before_y, before_x);
    }
  }
}

/// One channel's rows of the kernel's gradient, for some neighbouring places and vectors.
#define SPARSE_KERNEL(PLACES, VECTORS)                                                        \
  static void NAME(sparse_kernel_##PLACES##_##VECTORS)(                                       \
    const struct aepca_entry *entry, const struct aepca_entry *end, const float *input,       \
    long pixel, float *sums, long stride) {                                                   \
    vec totals[PLACES][VECTORS];                                                              \
    UNROLL for (int i = 0; i < PLACES; i++) {                                                 \
      UNROLL for (int j = 0; j < VECTORS; j++) totals[i][j] = load(sums + i * stride + 16 * j); \
    }                                                                                         \
    for (; entry < end; entry++) {                                                            \
      const float *from = input + entry->place;                                               \
      const vec value = splat(entry->value);                                                  \
      UNROLL for (int i = 0; i < PLACES; i++) {                                               \
        UNROLL for (int j = 0; j < VECTORS; j++)                                              \
          totals[i][j] = FMA(value, load(from + i * pixel + 16 * j), totals[i][j]);           \
      }                                                                                       \
    }                                                                                         \
    UNROLL for (int i = 0; i < PLACES; i++) {                                                 \
      UNROLL for (int j = 0; j < VECTORS; j++) store(sums + i * stride + 16 * j, totals[i][j]); \
    }                                                                                         \
  }

SPARSE_KERNEL(1, 1)
SPARSE_KERNEL(2, 1)
SPARSE_KERNEL(3, 1)
SPARSE_KERNEL(1, 2)
SPARSE_KERNEL(2, 2)
SPARSE_KERNEL(3, 2)

static void NAME(sparse_kernel_gradient)(
  const struct aepca_sparse_convolution *task, const float *input, long input_row_step,
  float *sums) {
  static void (*const tiles[2][3])(
    const struct aepca_entry *, const struct aepca_entry *, const float *, long, float *, long) = {
    {NAME(sparse_kernel_1_1), NAME(sparse_kernel_2_1), NAME(sparse_kernel_3_1)},
    {NAME(sparse_kernel_1_2), NAME(sparse_kernel_2_2), NAME(sparse_kernel_3_2)}};
  const struct aepca_sparse_image *image = &task->gradient;
  const long vectors = task->channels / 16, stride = image->channels * task->channels;
  for (long ky = 0; ky < task->kernel_height; ky++) {
    for (long kx = 0; kx < task->kernel_width; kx += 3) {
      const long places = task->kernel_width - kx < 3 ? task->kernel_width - kx : 3;
      for (long j = 0; j < vectors; j += 2) {
        const long pair = vectors - j < 2 ? 1 : 2;
        const float *from = input + ky * input_row_step + kx * task->channels + 16 * j;
        for (long c = 0; c < image->channels; c++) {
          const struct aepca_entry *entries = image->by_channel + c * image->channel_capacity;
          tiles[pair - 1][places - 1](
            entries, entries + image->channel_counts[c], from, task->channels,
            sums + ((ky * task->kernel_width + kx) * image->channels + c) * task->channels + 16 * j,
            stride);
        }
      }
    }
  }
}
