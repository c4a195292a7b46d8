#ifndef AEPCA_IMAGES_H
#define AEPCA_IMAGES_H

#include <stdint.h>

#pragma clang assume_nonnull begin

// What moves, pools and enlarges images. An image stands row by row, the channels of a pixel side by
// side, without padding; one function works on one image.

struct aepca_sparse_image;

/// How the pixels of two images meet: pixel s of the small one with pixels stride * s + k - before of
/// the large one, k below the window's size; what falls outside is left out.
struct aepca_windows {
  long channels;
  long large_height, large_width;
  long small_height, small_width;
  long window_height, window_width;
  long stride_y, stride_x;
  long before_y, before_x;
};

/// Copies an image into a larger one of zeros, its first pixel at (top, left), which may lie
/// outside; what does not fit is left out.
void aepca_place_image(
  const float *from, long height, long width, long channels, float *to, long to_height,
  long to_width, long top, long left);

/// The same added to what stands there.
void aepca_add_image(
  const float *from, long height, long width, long channels, float *to, long to_height,
  long to_width, long top, long left);

/// The largest entry of each window, channel by channel.
void aepca_pool_maximum(const struct aepca_windows *windows, const float *large, float *small);

/// Adds the gradient of each window to where its largest entry stands first.
void aepca_pool_maximum_gradient(
  const struct aepca_windows *windows, const float *large, const float *small,
  const float *small_gradient, float *large_gradient);

/// The entries that stand where each window's largest stands first.
void aepca_pool_maximum_tangent(
  const struct aepca_windows *windows, const float *large, const float *small,
  const float *large_tangent, float *small_tangent);

/// The mean of each window's entries within the image.
void aepca_pool_average(const struct aepca_windows *windows, const float *large, float *small);

/// Adds the gradient to every entry that the mean was over.
void aepca_pool_average_gradient(
  const struct aepca_windows *windows, const float *small_gradient, float *large_gradient);

/// Each pixel repeated in a block; the window is the block's size.
void aepca_repeat_pixels(const struct aepca_windows *windows, const float *small, float *large);

/// Adds the sums of each block.
void aepca_repeat_pixels_gradient(
  const struct aepca_windows *windows, const float *large_gradient, float *small_gradient);

/// Pixels between those of the small image, linear in both directions, pixel centres at halves.
void aepca_interpolate(const struct aepca_windows *windows, const float *small, float *large);

/// Adds the gradient of the pixels that each was made from.
void aepca_interpolate_gradient(
  const struct aepca_windows *windows, const float *large_gradient, float *small_gradient);

/// A kernel of shape height x width x inputs x outputs, over an image whose pixels were repeated in
/// blocks first.
struct aepca_folding {
  long height, width;
  long inputs, outputs;
  long block_height, block_width;
};

/// The kernel that does the same as a transposed convolution of the image itself: packed, with a row
/// for each place of height + block_height - 1 by width + block_width - 1 and output, and a column for
/// each input.
void aepca_fold_kernel(const struct aepca_folding *folding, const float *kernel, float *folded);

/// Adds the gradient by the kernel, given that by the folded one.
void aepca_unfold_kernel(
  const struct aepca_folding *folding, const float *folded_gradient, float *gradient);

/// Adds columns x rows entries, turned, to rows x columns from a row on of a packed matrix.
void aepca_add_transposed(
  long rows, long columns, const float *from, float *to, long to_rows, long to_row);

/// Turns `rows` x `columns` entries from a row on of a packed matrix of from_rows x columns, into
/// columns x rows from a row on of a packed matrix of to_rows x rows.
void aepca_transpose_packed(
  long rows, long columns, const float *from, long from_rows, long from_row, float *to,
  long to_rows, long to_row);

/// Puts every window over an image with zeros around it in a row of its own, one after another. A
/// vector beyond the last row may be overwritten, one beyond the image is read.
void aepca_gather_windows(
  const struct aepca_windows *windows, const float *padded, long padded_width, float *rows);

/// Adds up what each pixel of the large image gets from the windows that hold it: each row of products
/// is a window's, product_step apart.
void aepca_sum_windows(
  const struct aepca_windows *windows, const float *products, long product_step,
  const float *_Nullable bias, int adds, int rectifies, float *large);

/// An image that is 0 but where an entry was a window's choice, put between zeros: its first pixel
/// at (top, left) of height x width pixels.
void aepca_place_choices(
  const struct aepca_windows *windows, const float *pooled, const uint8_t *choices, float *to,
  long height, long width, long top, long left);

/// The same as lists. The input's rows are `row` floats, its pixels `pixel` floats apart.
void aepca_list_choices(
  const struct aepca_windows *windows, const float *pooled, const uint8_t *choices,
  struct aepca_sparse_image *image, long row, long pixel);

/// sums = sums + the sum over pixels, channel by channel.
void aepca_channel_sums(long pixels, long channels, const float *image, float *sums);

#pragma clang assume_nonnull end

#endif
