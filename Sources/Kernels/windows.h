#ifndef AEPCA_WINDOWS_H
#define AEPCA_WINDOWS_H

#include "Images.h"
#include "any_processor.h"

// Windows over an image, pixel by pixel. Every loop ends in one over channels, which the compiler
// turns into vectors.

static long least(long left, long right) { return left < right ? left : right; }
static long most(long left, long right) { return left > right ? left : right; }

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

#endif
