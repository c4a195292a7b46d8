// Vectors of 16 floats, which the compiler maps to the registers of the including file's
// instruction set. Included once per set, after NAME and FMA are defined.

// Every function here is inlined, so no vector is ever passed.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float vec __attribute__((ext_vector_type(16)));
typedef int32_t ivec __attribute__((ext_vector_type(16)));
typedef float half __attribute__((ext_vector_type(8)));
typedef float quad __attribute__((ext_vector_type(4)));
// The same at any place of a row.
typedef float vec_there __attribute__((ext_vector_type(16), aligned(4), may_alias));
typedef float half_there __attribute__((ext_vector_type(8), aligned(4), may_alias));
typedef float quad_there __attribute__((ext_vector_type(4), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vec vec_load(const float *from) { return *(const vec_there *)from; }
INLINE half half_load(const float *from) { return *(const half_there *)from; }
INLINE quad quad_load(const float *from) { return *(const quad_there *)from; }
INLINE void vec_store(float *to, vec value) { *(vec_there *)to = value; }
INLINE void half_store(float *to, half value) { *(half_there *)to = value; }
INLINE vec load(const float *from) { return vec_load(from); }
INLINE void store(float *to, vec value) { vec_store(to, value); }
INLINE vec splat(float value) { return (vec)value; }
INLINE vec larger(vec left, vec right) { return left > right ? left : right; }
INLINE vec smaller(vec left, vec right) { return left < right ? left : right; }
INLINE vec magnitude(vec value) { return (vec)((ivec)value & 0x7fffffff); }

/// The lanes in one fixed order: halves onto halves.
INLINE float sum(vec value) {
  float part[16];
  store(part, value);
  for (int width = 8; width; width /= 2)
    for (int lane = 0; lane < width; lane++) part[lane] += part[lane + width];
  return part[0];
}

/// 1 where the lane is below count.
INLINE vec lanes_below(long count) {
  const ivec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (ivec)(int32_t)(count < 16 ? count : 16) ? splat(1) : splat(0);
}
