#include <string.h>

#include "windows.h"

// Images put somewhere else, made larger, and summed.

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
