#include <string.h>

#include "windows.h"

// Windows laid out as rows of a matrix, and back: a convolution is a product of those.

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
