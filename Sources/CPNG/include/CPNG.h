/* PNG files to bytes of pixels and back, by libpng.
 *
 * libpng reports errors by long jumps. None may cross a frame of Swift, so that each begins and ends
 * within one call of these functions. */
#ifndef AEPCA_CPNG_H
#define AEPCA_CPNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t height;
  uint32_t width;
  /* 1 gray, 2 gray and opacity, 3 colours, 4 colours and opacity. */
  int channels;
  /* What libpng said when a call failed. */
  char message[96];
} aepca_png;

/* Reads what comes before the pixels; takes no memory for them. Returns 1, or 0 with a message. */
int aepca_png_read_header(const uint8_t *bytes, size_t count, aepca_png *png);

/* Reads the whole file: height x width x channels bytes, of which libpng has looked up palettes,
 * rounded 16 bits to 8 and undone interlacing. The header must have been read into `png`.
 * Returns 1, or 0 with a message. */
int aepca_png_read_pixels(const uint8_t *bytes, size_t count, uint8_t *pixels, aepca_png *png);

/* Writes a picture of 1 or 3 channels into `*count` bytes and sets the count to those used.
 * Returns 1, or 0 when they or the memory are not enough. */
int aepca_png_write(const aepca_png *png, const uint8_t *pixels, uint8_t *bytes, size_t *count);

#endif
