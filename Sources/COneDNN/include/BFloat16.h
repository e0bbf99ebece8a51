#pragma once

// bfloat16: floats cut to 16 bits, rounded to the nearest (ties to even). It has a float's exponent
// and 8 digits of precision; the product of two is exact in a float.

#include <stdint.h>

// MARK: Rounding (BFloat16.c)

/// y = x rounded, as floats; `y` may be `x`. Not-a-number stays so, and so do infinity and zero.
void odnn_round(const float *x, float *y, int64_t count);
/// y = x rounded, as 16 bits each.
void odnn_narrow(const float *x, uint16_t *y, int64_t count);
/// Both at once.
void odnn_narrow_and_round(const float *x, uint16_t *half, float *y, int64_t count);
/// y = x, exactly.
void odnn_widen(const uint16_t *x, float *y, int64_t count);

// MARK: Which units multiply (BFloat16Units.c)

typedef enum {
  /// The processor has no instructions for bfloat16.
  odnn_units_none = 0,
  /// It has, but its units for floats are faster, and compute the same with rounded numbers.
  odnn_units_float = 1,
  /// Its units for bfloat16 are faster.
  odnn_units_bfloat16 = 2
} odnn_units;

/// What suits this processor: measured once, in well under a millisecond.
odnn_units odnn_bfloat16_units(void);
/// Sets it for the calling thread; −1 ends that. Returns what was set before.
int odnn_set_own_bfloat16_units(int units);

/// How the calling thread's products are computed at present; 0, in floats, unless set. Returns what
/// was set before.
int odnn_set_own_arithmetic(int arithmetic);
int odnn_own_arithmetic(void);

// MARK: Products of bfloat16 matrices (BFloat16Product.c)

typedef struct odnn_product odnn_product;

/// A product as `odnn_matrices` says, of bfloat16 factors to floats.
int odnn_product_create(const odnn_matrices *p, odnn_product **result);
void odnn_product_destroy(odnn_product *product);
/// Floats that `scratch` must have room for.
size_t odnn_product_scratch_count(const odnn_product *product);
int odnn_product_run(
    odnn_product *product, const void *a, const void *b, float *c, float *scratch);
