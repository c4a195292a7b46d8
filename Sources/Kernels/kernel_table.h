// The table of one instruction set's kernels, after all of them are defined.

const struct aepca_kernels NAME(kernels) = {
  .instruction_set = SET,
  .product = NAME(product),
  .activate = NAME(activate),
  .multiply = NAME(multiply),
  .accumulate = NAME(accumulate),
  .softmax = NAME(softmax),
  .softmax_gradient = NAME(softmax_gradient),
  .column_sums = NAME(column_sums),
  .transpose = NAME(transpose),
  .loss = NAME(loss),
  .adam = NAME(adam),
  .descent = NAME(descent),
  .squared_norm = NAME(squared_norm),
  .dropout = NAME(dropout),
  .noise = NAME(noise),
};
