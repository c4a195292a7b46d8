#include <string.h>

#include "Kernels.h"

// What moves pixels about and pools them. An image stands row by row, its channels side by side;
// every loop ends in one over channels, which the compiler turns into vectors.

#if defined(__x86_64__)
#define ANY_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define ANY_PROCESSOR
#endif

static long least(long left, long right) { return left < right ? left : right; }
static long most(long left, long right) { return left > right ? left : right; }

void aepca_place_image(
  const float *from, long height, long width, long channels, float *to, long to_height,
  long to_width, long top, long left) {
  const long first = most(0, left), end = most(first, least(to_width, left + width));
  for (long y = 0; y < to_height; y++) {
    float *row = to + y * to_width * channels;
    const long source = y - top;
    if (source < 0 || source >= height) {
      memset(row, 0, 4 * to_width * channels);
      continue;
    }
    memset(row, 0, 4 * first * channels);
    memcpy(
      row + first * channels, from + (source * width + first - left) * channels,
      4 * (end - first) * channels);
    memset(row + end * channels, 0, 4 * (to_width - end) * channels);
  }
}

ANY_PROCESSOR void aepca_add_image(
  const float *from, long height, long width, long channels, float *to, long to_height,
  long to_width, long top, long left) {
  const long first = most(0, left), end = most(first, least(to_width, left + width));
  for (long y = most(0, top); y < least(to_height, top + height); y++) {
    const float *source = from + ((y - top) * width - left) * channels;
    float *row = to + y * to_width * channels;
    for (long i = first * channels; i < end * channels; i++) row[i] += source[i];
  }
}

/// The part of a window that lies within the large image.
struct window {
  long top, bottom, left, right;
};

static inline struct window window_at(const struct aepca_windows *w, long y, long x) {
  const long top = w->stride_y * y - w->before_y, left = w->stride_x * x - w->before_x;
  return (struct window){
    most(0, top), least(w->large_height, top + w->window_height), most(0, left),
    least(w->large_width, left + w->window_width)};
}

static inline float *pixel(float *image, long width, long channels, long y, long x) {
  return image + (y * width + x) * channels;
}

static inline const float *seen(const float *image, long width, long channels, long y, long x) {
  return image + (y * width + x) * channels;
}

#define EACH_WINDOW(w)                                 \
  for (long y = 0; y < (w)->small_height; y++)         \
    for (long x = 0; x < (w)->small_width; x++)

#define WITHIN(window)                                         \
  for (long v = (window).top; v < (window).bottom; v++)        \
    for (long u = (window).left; u < (window).right; u++)

ANY_PROCESSOR void aepca_pool_maximum(
  const struct aepca_windows *w, const float *large, float *small) {
  EACH_WINDOW(w) {
    const struct window window = window_at(w, y, x);
    float *to = pixel(small, w->small_width, w->channels, y, x);
    int begun = 0;
    WITHIN(window) {
      const float *from = seen(large, w->large_width, w->channels, v, u);
      // A number that is none stays, so that training sees it.
      for (long c = 0; c < w->channels; c++) {
        const int is_better = !begun || from[c] > to[c] || from[c] != from[c];
        to[c] = is_better ? from[c] : to[c];
      }
      begun = 1;
    }
  }
}

ANY_PROCESSOR void aepca_pool_maximum_gradient(
  const struct aepca_windows *w, const float *large, const float *small,
  const float *small_gradient, float *large_gradient) {
  EACH_WINDOW(w) {
    const struct window window = window_at(w, y, x);
    const float *best = seen(small, w->small_width, w->channels, y, x);
    const float *from = seen(small_gradient, w->small_width, w->channels, y, x);
    for (long first = 0; first < w->channels; first += 16) {
      const long count = least(16, w->channels - first);
      // What is given away once is gone, so that a second entry of the same size gets nothing.
      float left[16];
      for (long c = 0; c < count; c++) left[c] = from[first + c];
      WITHIN(window) {
        const float *value = seen(large, w->large_width, w->channels, v, u) + first;
        float *to = pixel(large_gradient, w->large_width, w->channels, v, u) + first;
        for (long c = 0; c < count; c++) {
          const int is_best = value[c] == best[first + c];
          to[c] += is_best ? left[c] : 0;
          left[c] = is_best ? 0 : left[c];
        }
      }
    }
  }
}

void aepca_pool_maximum_tangent(
  const struct aepca_windows *w, const float *large, const float *small,
  const float *large_tangent, float *small_tangent) {
  EACH_WINDOW(w) {
    const struct window window = window_at(w, y, x);
    const float *best = seen(small, w->small_width, w->channels, y, x);
    float *to = pixel(small_tangent, w->small_width, w->channels, y, x);
    for (long c = 0; c < w->channels; c++) {
      to[c] = 0;
      WITHIN(window) {
        if (seen(large, w->large_width, w->channels, v, u)[c] != best[c]) continue;
        to[c] = seen(large_tangent, w->large_width, w->channels, v, u)[c];
        goto found;
      }
    found:;
    }
  }
}

ANY_PROCESSOR void aepca_pool_average(
  const struct aepca_windows *w, const float *large, float *small) {
  EACH_WINDOW(w) {
    const struct window window = window_at(w, y, x);
    float *to = pixel(small, w->small_width, w->channels, y, x);
    const float share =
      1 / (float)((window.bottom - window.top) * (window.right - window.left));
    memset(to, 0, 4 * w->channels);
    WITHIN(window) {
      const float *from = seen(large, w->large_width, w->channels, v, u);
      for (long c = 0; c < w->channels; c++) to[c] += from[c];
    }
    for (long c = 0; c < w->channels; c++) to[c] *= share;
  }
}

ANY_PROCESSOR void aepca_pool_average_gradient(
  const struct aepca_windows *w, const float *small_gradient, float *large_gradient) {
  EACH_WINDOW(w) {
    const struct window window = window_at(w, y, x);
    const float *from = seen(small_gradient, w->small_width, w->channels, y, x);
    const float share =
      1 / (float)((window.bottom - window.top) * (window.right - window.left));
    WITHIN(window) {
      float *to = pixel(large_gradient, w->large_width, w->channels, v, u);
      for (long c = 0; c < w->channels; c++) to[c] += share * from[c];
    }
  }
}

void aepca_repeat_pixels(const struct aepca_windows *w, const float *small, float *large) {
  const long row = 4 * w->large_width * w->channels;
  for (long v = 0; v < w->large_height; v++) {
    float *to = pixel(large, w->large_width, w->channels, v, 0);
    if (v % w->window_height) {
      memcpy(to, to - w->large_width * w->channels, row);
      continue;
    }
    for (long u = 0; u < w->large_width; u++) {
      memcpy(
        to + u * w->channels,
        seen(small, w->small_width, w->channels, v / w->window_height, u / w->window_width),
        4 * w->channels);
    }
  }
}

ANY_PROCESSOR void aepca_repeat_pixels_gradient(
  const struct aepca_windows *w, const float *large_gradient, float *small_gradient) {
  EACH_WINDOW(w) {
    const struct window window = window_at(w, y, x);
    float *to = pixel(small_gradient, w->small_width, w->channels, y, x);
    WITHIN(window) {
      const float *from = seen(large_gradient, w->large_width, w->channels, v, u);
      for (long c = 0; c < w->channels; c++) to[c] += from[c];
    }
  }
}

/// Between which two of `count` pixels pixel `place` of the enlarged ones lies, and how far.
static inline float between(long place, long factor, long count, long *low, long *high) {
  const float source = ((float)place + 0.5f) / (float)factor - 0.5f;
  if (source <= 0) {
    *low = *high = 0;
    return 0;
  }
  *low = least((long)source, count - 1);
  *high = least(*low + 1, count - 1);
  return source - (float)*low;
}

ANY_PROCESSOR void aepca_interpolate(
  const struct aepca_windows *w, const float *small, float *large) {
  const long width = w->small_width, channels = w->channels;
  for (long v = 0; v < w->large_height; v++) {
    long top, bottom, left, right;
    const float down = between(v, w->window_height, w->small_height, &top, &bottom);
    for (long u = 0; u < w->large_width; u++) {
      const float across = between(u, w->window_width, width, &left, &right);
      const float *a = seen(small, width, channels, top, left);
      const float *b = seen(small, width, channels, top, right);
      const float *c = seen(small, width, channels, bottom, left);
      const float *d = seen(small, width, channels, bottom, right);
      float *to = pixel(large, w->large_width, channels, v, u);
      for (long i = 0; i < channels; i++) {
        const float above = a[i] + across * (b[i] - a[i]);
        const float below = c[i] + across * (d[i] - c[i]);
        to[i] = above + down * (below - above);
      }
    }
  }
}

/// target = target + factor * source
static inline void add_scaled(long count, float factor, const float *source, float *target) {
  for (long i = 0; i < count; i++) target[i] += factor * source[i];
}

ANY_PROCESSOR void aepca_interpolate_gradient(
  const struct aepca_windows *w, const float *large_gradient, float *to) {
  const long width = w->small_width, channels = w->channels;
  for (long v = 0; v < w->large_height; v++) {
    long top, bottom, left, right;
    const float down = between(v, w->window_height, w->small_height, &top, &bottom);
    for (long u = 0; u < w->large_width; u++) {
      const float across = between(u, w->window_width, width, &left, &right);
      const float *from = seen(large_gradient, w->large_width, channels, v, u);
      add_scaled(channels, (1 - down) * (1 - across), from, pixel(to, width, channels, top, left));
      add_scaled(channels, (1 - down) * across, from, pixel(to, width, channels, top, right));
      add_scaled(channels, down * (1 - across), from, pixel(to, width, channels, bottom, left));
      add_scaled(channels, down * across, from, pixel(to, width, channels, bottom, right));
    }
  }
}

/// Copies a few floats by whole vectors: what comes too many is overwritten by the next.
static inline __attribute__((always_inline)) void copy_few(
  const float *from, float *to, long count) {
  if (count <= 4) {
    memcpy(to, from, 16);
  } else if (count <= 8) {
    memcpy(to, from, 32);
  } else if (count <= 16) {
    memcpy(to, from, 64);
  } else {
    memcpy(to, from, 4 * count);
  }
}

ANY_PROCESSOR void aepca_gather_windows(
  const struct aepca_windows *w, const float *padded, long padded_width, float *rows) {
  const long run = w->window_width * w->channels, line = padded_width * w->channels;
  EACH_WINDOW(w) {
    const float *from = padded + w->stride_y * y * line + w->stride_x * x * w->channels;
    for (long v = 0; v < w->window_height; v++) {
      copy_few(from + v * line, rows, run);
      rows += run;
    }
  }
}

void aepca_sum_windows(
  const struct aepca_windows *w, const float *products, long product_step, const float *bias,
  int adds, int rectifies, float *large) {
  const long channels = w->channels, line = w->window_width * channels;
  // The windows that hold a pixel have it at place `down`, `across`, and every stride further on.
  long down = w->before_y % w->stride_y, last_y = w->before_y / w->stride_y;
  for (long v = 0; v < w->large_height; v++) {
    long across = w->before_x % w->stride_x, last_x = w->before_x / w->stride_x;
    for (long u = 0; u < w->large_width; u++) {
      float *to = pixel(large, w->large_width, channels, v, u);
      for (long c = 0; c < channels; c++) {
        float total = bias ? bias[c] : 0;
        for (long k = down, y = last_y; k < w->window_height && y >= 0; k += w->stride_y, y--) {
          if (y >= w->small_height) continue;
          const float *row = products + y * w->small_width * product_step + k * line + c;
          for (long l = across, x = last_x; l < w->window_width && x >= 0; l += w->stride_x, x--) {
            if (x < w->small_width) total += row[x * product_step + l * channels];
          }
        }
        if (rectifies && !(total > 0)) total = 0;
        to[c] = adds ? to[c] + total : total;
      }
      if (++across == w->stride_x) {
        across = 0;
        last_x++;
      }
    }
    if (++down == w->stride_y) {
      down = 0;
      last_y++;
    }
  }
}

ANY_PROCESSOR void aepca_place_choices(
  const struct aepca_windows *w, const float *pooled, const uint8_t *choices, float *to,
  long height, long width, long top, long left) {
  memset(to, 0, 4 * height * width * w->channels);
  EACH_WINDOW(w) {
    const long place = (y * w->small_width + x) * w->channels;
    const float *from = pooled + place;
    const uint8_t *numbers = choices + place;
    const struct window window = window_at(w, y, x);
    const long first_y = w->stride_y * y - w->before_y, first_x = w->stride_x * x - w->before_x;
    WITHIN(window) {
      const int number = (int)((v - first_y) * w->window_width + u - first_x);
      float *target = pixel(to, width, w->channels, v + top, u + left);
      for (long c = 0; c < w->channels; c++) target[c] = numbers[c] == number ? from[c] : 0;
    }
  }
}

void aepca_list_choices(
  const struct aepca_windows *w, const float *pooled, const uint8_t *choices,
  struct aepca_sparse_image *image, long row, long pixel) {
  const long channels = w->channels;
  // Where each place of a window is in the image, and in the input.
  int32_t places[256], offsets[256];
  for (long n = 0; n < w->window_height * w->window_width; n++) {
    const long v = n / w->window_width, u = n % w->window_width;
    places[n] = (int32_t)(v * image->width + u);
    offsets[n] = (int32_t)(v * row + u * pixel);
  }
  memset(image->channel_counts, 0, sizeof(int32_t) * channels);
  // How many entries each pixel has, where they begin, and then the entries.
  int32_t *starts = image->starts;
  memset(starts, 0, sizeof(int32_t) * (image->height * image->width + 2));
  EACH_WINDOW(w) {
    const long place = (y * w->small_width + x) * channels;
    const long top = w->stride_y * y - w->before_y, left = w->stride_x * x - w->before_x;
    int32_t *counts = starts + top * image->width + left + 2;
    for (long c = 0; c < channels; c++)
      counts[places[choices[place + c]]] += pooled[place + c] != 0;
  }
  for (long n = 0; n < image->height * image->width; n++) starts[n + 2] += starts[n + 1];
  EACH_WINDOW(w) {
    const long place = (y * w->small_width + x) * channels;
    const long top = w->stride_y * y - w->before_y, left = w->stride_x * x - w->before_x;
    int32_t *ends = starts + top * image->width + left + 1;
    const int32_t offset = (int32_t)(top * row + left * pixel);
    for (long c = 0; c < channels; c++) {
      const float value = pooled[place + c];
      if (value == 0) continue;
      const int choice = choices[place + c];
      image->entries[ends[places[choice]]++] = (struct aepca_entry){(int32_t)c, value};
      image->by_channel[c * image->channel_capacity + image->channel_counts[c]++] =
        (struct aepca_entry){offset + offsets[choice], value};
    }
  }
}

ANY_PROCESSOR void aepca_channel_sums(
  long pixels, long channels, const float *image, float *sums) {
  if (channels == 1) {
    // One sum would wait for itself.
    float parts[16] = {0};
    long n = 0;
    for (; n + 16 <= pixels; n += 16)
      for (int lane = 0; lane < 16; lane++) parts[lane] += image[n + lane];
    for (; n < pixels; n++) parts[0] += image[n];
    for (int lane = 0; lane < 16; lane++) sums[0] += parts[lane];
    return;
  }
  for (long n = 0; n < pixels; n++)
    for (long c = 0; c < channels; c++) sums[c] += image[n * channels + c];
}
