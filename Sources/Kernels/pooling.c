#include <string.h>

#include "Kernels.h"
#include "windows.h"

// Windows of pixels that become one pixel each, and which entry each window chose.

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
