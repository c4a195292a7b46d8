#include "CPNG.h"

#include <png.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  const uint8_t *next;
  size_t left;
  aepca_png *picture;
} source;

static void read_bytes(png_structp png, png_bytep target, png_size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->left) png_error(png, "it ends too early");
  memcpy(target, from->next, count);
  from->next += count;
  from->left -= count;
}

static PNG_NORETURN void fail(png_structp png, png_const_charp message) {
  source *from = png_get_error_ptr(png);
  snprintf(from->picture->message, sizeof from->picture->message, "%s", message);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

/* Everything between here and the end may jump back to the setjmp within. */
static int read_png(const uint8_t *bytes, size_t count, uint8_t *pixels, aepca_png *picture) {
  source from = {bytes, count, picture};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    snprintf(picture->message, sizeof picture->message, "no memory to read it");
    png_destroy_read_struct(&png, NULL, NULL);
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, &from, read_bytes);
  png_read_info(png, info);
  png_set_expand(png);
  png_set_scale_16(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (!pixels) {
    picture->height = png_get_image_height(png, info);
    picture->width = png_get_image_width(png, info);
    picture->channels = png_get_channels(png, info);
  } else {
    size_t row = png_get_rowbytes(png, info);
    if (row != (size_t)picture->width * picture->channels) png_error(png, "its rows do not fit");
    for (int pass = 0; pass < passes; pass++)
      for (uint32_t y = 0; y < picture->height; y++) png_read_row(png, pixels + y * row, NULL);
    /* Also what follows must be whole, to the chunk that ends the file. */
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

int aepca_png_read_header(const uint8_t *bytes, size_t count, aepca_png *png) {
  return read_png(bytes, count, NULL, png);
}

int aepca_png_read_pixels(const uint8_t *bytes, size_t count, uint8_t *pixels, aepca_png *png) {
  return read_png(bytes, count, pixels, png);
}

int aepca_png_write(const aepca_png *png, const uint8_t *pixels, uint8_t *bytes, size_t *count) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.height = png->height;
  image.width = png->width;
  image.format = png->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t used = *count;
  int written = png_image_write_to_memory(&image, bytes, &used, 0, pixels, 0, NULL);
  *count = used;
  png_image_free(&image);
  return written;
}
