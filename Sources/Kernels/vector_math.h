// Elementary functions to about 1e-7 relative. RECIPROCAL(x) may be an approximation refined
// by Newton's step; the rest is ordinary arithmetic.

/// x = (n + f) log(2) with a whole n and |f| <= 1/2: f is returned, n left in the exponent's
/// place. Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
INLINE vec split(vec x, ivec *whole) {
  const vec scale = splat(1.44269504088896341f), magic = splat(12582912.0f);
  vec bounded = smaller(larger(x, splat(-86.6f)), splat(88.3f));
  vec shifted = FMA(bounded, scale, magic), n = shifted - magic;
  *whole = (ivec)shifted << 23;
#ifdef EXACT_PRODUCTS
  return FMA(bounded, scale, -n);
#else
  // Without a fused product, log(2) is taken away in two pieces (Cody and Waite 1980).
  return ((bounded - n * 0.693145751953125f) - n * 1.42860682030941723e-6f) * scale;
#endif
}

/// 2^f = 1 + f Q(f), Q fitted to 4e-7 relative on -1/2...1/2; the exponent is added in place.
INLINE vec exponential(vec x) {
  ivec whole;
  vec f = split(x, &whole);
  vec p = FMA(f, splat(0.0013333538f), splat(0.0096662454f));
  p = FMA(p, f, splat(0.055505004f));
  p = FMA(p, f, splat(0.24022351f));
  p = FMA(p, f, splat(0.69314712f));
  p = FMA(p, f, splat(1));
  return (vec)((ivec)p + whole);
}

/// exp(x) - 1 = 2^n f Q(f) + (2^n - 1), exact near 0; Q fitted to 1e-8.
INLINE vec exponential_minus_one(vec x) {
  ivec whole;
  vec f = split(x, &whole), scale = (vec)(whole + 0x3f800000);
  vec p = FMA(f, splat(0.00015403512f), splat(0.0013390736f));
  p = FMA(p, f, splat(0.0096182376f));
  p = FMA(p, f, splat(0.0555035733f));
  p = FMA(p, f, splat(0.240226492f));
  p = FMA(p, f, splat(0.693147182f));
  return FMA(p * f, scale, scale - 1);
}

INLINE vec sigmoid(vec x) {
  return RECIPROCAL(1 + exponential(-x));
}

/// x P(x^2) / Q(x^2), fitted to 2e-8 relative on 0...9.02, where the result rounds to 1.
INLINE vec hyperbolic_tangent(vec x) {
  vec bounded = smaller(larger(x, splat(-9.02f)), splat(9.02f)), y = bounded * bounded;
  vec p = FMA(y, splat(1.33190898e-08f), splat(2.05834949e-05f));
  p = FMA(p, y, splat(0.00349403545f));
  p = FMA(p, y, splat(0.133797184f));
  p = FMA(p, y, splat(1));
  vec q = FMA(y, splat(7.76202683e-07f), splat(0.000328309427f));
  q = FMA(q, y, splat(0.0258710757f));
  q = FMA(q, y, splat(0.467130333f));
  q = FMA(q, y, splat(1));
  return smaller(larger(p * bounded * RECIPROCAL(q), splat(-1)), splat(1));
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
