// One pass over the flat vector of parameters.

INLINE vec NAME(whole_gradient)(
  const float *const *parts, long count, long place, float scale) {
  vec total = load(parts[0] + place);
  for (long part = 1; part < count; part++) total += load(parts[part] + place);
  return total * scale;
}

INLINE void NAME(adam_parts)(const struct aepca_adam *task, long count) {
  const vec beta1 = splat(task->beta1), beta2 = splat(task->beta2);
  const float scale = task->gradient_scale;
  const vec new1 = splat((1 - task->beta1) * scale);
  const vec new2 = splat((1 - task->beta2) * scale * scale);
  const vec root = splat(task->root), epsilon = splat(task->epsilon);
  const vec rate = splat(-task->rate), kept = splat(1 - task->decay);
  // Read once: for all the compiler knows, a store could change the task.
  const float *const *parts = task->gradients;
  float *weights = task->weights, *firsts = task->first, *seconds = task->second;
  const long offset = task->offset, places = task->count;
  for (long i = 0; i < places; i += 16) {
    vec gradient = load(parts[0] + offset + i);
    for (long part = 1; part < count; part++) gradient += load(parts[part] + offset + i);
    vec first = FMA(beta1, load(firsts + i), new1 * gradient);
    vec second = FMA(beta2, load(seconds + i), new2 * gradient * gradient);
    store(firsts + i, first);
    store(seconds + i, second);
    vec step = first * RECIPROCAL(FMA(SQUARE_ROOT(second), root, epsilon));
    store(weights + i, FMA(rate, step, load(weights + i) * kept));
  }
}

static void NAME(adam)(const struct aepca_adam *task) {
  if (task->gradient_count == 1) NAME(adam_parts)(task, 1);
  else NAME(adam_parts)(task, task->gradient_count);
}

static void NAME(descent)(const struct aepca_descent *task) {
  const vec momentum = splat(task->momentum), rate = splat(-task->rate);
  for (long i = 0; i < task->count; i += 16) {
    vec gradient = NAME(whole_gradient)(
      task->gradients, task->gradient_count, task->offset + i, task->gradient_scale);
    vec velocity = FMA(momentum, load(task->velocity + i), gradient);
    store(task->velocity + i, velocity);
    store(task->weights + i, FMA(rate, velocity, load(task->weights + i)));
  }
}

static double NAME(squared_norm)(
  long count, long offset, const float *const *gradients, long gradient_count) {
  typedef double wide __attribute__((ext_vector_type(16)));
  wide total = (wide)0.0;
  for (long i = 0; i < count; i += 16) {
    wide value = __builtin_convertvector(
      NAME(whole_gradient)(gradients, gradient_count, offset + i, 1), wide);
    total += value * value;
  }
  double result = 0;
  for (int lane = 0; lane < 16; lane++) result += total[lane];
  return result;
}
