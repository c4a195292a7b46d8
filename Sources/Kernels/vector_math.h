// Elementary functions to about 1e-7 relative. RECIPROCAL(x) may be an approximation refined
// by Newton's step; the rest is ordinary arithmetic.

/// exp(x) - 1 = scale * part + (scale - 1), with part = exp(r) - 1 on |r| <= log(2) / 2.
///
/// Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits; log(2) is taken
/// away in two pieces (Cody and Waite 1980).
INLINE vec exponential_parts(vec x, vec *scale) {
  const vec magic = splat(12582912.0f);
  vec shifted = FMA(x, splat(1.44269504088896341f), magic);
  vec whole = shifted - magic;
  vec r = FMA(whole, splat(-0.693145751953125f), x);
  r = FMA(whole, splat(-1.42860682030941723212e-6f), r);
  *scale = (vec)(((ivec)shifted << 23) + 0x3f800000);
  vec p = FMA(r, splat(1.0f / 5040), splat(1.0f / 720));
  p = FMA(p, r, splat(1.0f / 120));
  p = FMA(p, r, splat(1.0f / 24));
  p = FMA(p, r, splat(1.0f / 6));
  p = FMA(p, r, splat(0.5f));
  return FMA(p * r, r, r);
}

INLINE vec exponential(vec x) {
  vec scale;
  vec part = exponential_parts(smaller(larger(x, splat(-87.3f)), splat(88.3f)), &scale);
  return FMA(scale, part, scale);
}

INLINE vec exponential_minus_one(vec x) {
  vec scale;
  vec part = exponential_parts(smaller(larger(x, splat(-87.3f)), splat(88.3f)), &scale);
  return FMA(scale, part, scale - 1);
}

INLINE vec sigmoid(vec x) {
  return RECIPROCAL(1 + exponential(-x));
}

/// t / (t + 2) with t = exp(2x) - 1, which stays exact near 0; at 9.1 the result rounds to 1.
INLINE vec hyperbolic_tangent(vec x) {
  vec bounded = smaller(larger(x, splat(-9.1f)), splat(9.1f));
  vec t = exponential_minus_one(bounded + bounded);
  return t * RECIPROCAL(t + 2);
}

/// log(1 + u) for u in 0...1 as 2 artanh(u / (2 + u)).
INLINE vec logarithm_of_one_plus(vec u) {
  vec s = u * RECIPROCAL(2 + u), q = s * s;
  vec p = FMA(q, splat(1.0f / 15), splat(1.0f / 13));
  p = FMA(p, q, splat(1.0f / 11));
  p = FMA(p, q, splat(1.0f / 9));
  p = FMA(p, q, splat(1.0f / 7));
  p = FMA(p, q, splat(1.0f / 5));
  p = FMA(p, q, splat(1.0f / 3));
  vec twice = s + s;
  return FMA(p * q, twice, twice);
}

/// log(x) for a normal number above 0: its exponent, and artanh on the fraction in
/// sqrt(1/2)...sqrt(2).
INLINE vec logarithm(vec x) {
  ivec bits = (ivec)x - 0x3f3504f3;
  ivec exponent = bits >> 23;
  vec fraction = (vec)((ivec)x - (exponent << 23));
  vec whole = __builtin_convertvector(exponent, vec);
  vec s = (fraction - 1) * RECIPROCAL(fraction + 1), q = s * s;
  vec p = FMA(q, splat(1.0f / 11), splat(1.0f / 9));
  p = FMA(p, q, splat(1.0f / 7));
  p = FMA(p, q, splat(1.0f / 5));
  p = FMA(p, q, splat(1.0f / 3));
  vec twice = s + s;
  vec result = FMA(p * q, twice, whole * splat(1.42860682030941723212e-6f));
  return FMA(whole, splat(0.693145751953125f), result + twice);
}

/// The normal distribution's tail beyond |x|, and exp(-x^2 / 2).
///
/// erfc(y) = exp(-y^2) t Q(t), t = 1 / (1 + 0.45 y), Q fitted to 1e-7 relative on 0...9.6.
INLINE vec normal_tail(vec x, vec *density) {
  vec bounded = smaller(magnitude(x), splat(13.0f));
  vec half = bounded * 0.5f, square = half * bounded;
  // What rounding took from the square is given back, for it is the exponent.
  vec lost = FMA(half, bounded, -square);
  vec e = exponential(-square);
  e = FMA(-lost, e, e);
  *density = e;
  vec t = RECIPROCAL(FMA(bounded, splat(0.45f * 0.70710678118654752f), splat(1)));
  vec p = splat(-0.0329529569f);
  p = FMA(p, t, splat(0.145644739f));
  p = FMA(p, t, splat(-0.197133243f));
  p = FMA(p, t, splat(0.00866674352f));
  p = FMA(p, t, splat(0.0845137835f));
  p = FMA(p, t, splat(0.0653990656f));
  p = FMA(p, t, splat(0.192974135f));
  p = FMA(p, t, splat(0.224749565f));
  p = FMA(p, t, splat(0.254270822f));
  p = FMA(p, t, splat(0.253867328f));
  return e * t * p * 0.5f;
}
