#include "Functions.h"
#include "Layout.h"
#include "Loops.h"
#include "Products.h"

#include <stdatomic.h>

// One part is one head of one sample. Its scores are made for a block of queries at a time and
// never leave the second-level cache; the way back makes them again from the logarithm of each
// row's sum (Dao et al., FlashAttention, 2022, arXiv 2205.14135, algorithms 1 and 4).

enum { score_count = 16384 };

struct job {
  const odnn_attention *a;
  const float *out_gradient;
  float *dq, *dk, *dv;
  _Atomic int status;
};

/// The places of one head in every array.
struct head {
  int64_t q, k, v, out, sums;
  const float *mask;
};

static struct head head_at(const odnn_attention *a, int64_t part) {
  int64_t n = part / a->heads, h = part % a->heads;
  return (struct head){
      n * a->query_sample + h * a->width, n * a->key_sample + h * a->width,
      n * a->value_sample + h * a->width,
      n * a->queries * a->heads * a->width + h * a->width, part * a->queries,
      a->mask ? a->mask + n * a->mask_sample : 0};
}

static int64_t block_rows(const odnn_attention *a) {
  int64_t rows = score_count / a->keys;
  return rows < 1 ? 1 : odnn_minimum(rows, a->queries);
}

ODNN_CLONES static void add_mask(const float *mask, float *s, int64_t keys) {
  ODNN_VECTOR
  for (int64_t i = 0; i < keys; i++) s[i] += mask[i];
}

/// Scores of `rows` queries from `first` on, scaled and masked.
static int make_scores(
    const odnn_attention *a, struct head h, int64_t first, int64_t rows, float *s) {
  TRY(odnn_multiply_small(&(odnn_small_product){
      .transpose_b = 1, .m = rows, .n = a->keys, .k = a->width, .factor = a->scale,
      .a = a->q + h.q + first * a->query_row, .a_row = a->query_row, .b = a->k + h.k,
      .b_row = a->key_row, .c = s, .c_row = a->keys}));
  for (int64_t r = 0; r < rows; r++) {
    if (h.mask) add_mask(h.mask + (first + r) * a->mask_row, s + r * a->keys, a->keys);
    if (a->is_causal)
      for (int64_t i = first + r + 1; i < a->keys; i++) s[r * a->keys + i] = -INFINITY;
  }
  return 0;
}

/// eˢ⁻ᵐᵃˣ in place; 1 / Σ and log Σ eˢ. A row that is masked throughout attends to nothing.
ODNN_CLONES static float exponentials(float *s, int64_t keys, float *log_sum) {
  float lanes[16], largest = -INFINITY, total = 0;
  for (int k = 0; k < 16; k++) lanes[k] = -INFINITY;
  int64_t whole = keys & ~15;
  for (int64_t i = 0; i < whole; i += 16)
    for (int k = 0; k < 16; k++) lanes[k] = s[i + k] > lanes[k] ? s[i + k] : lanes[k];
  for (int64_t i = whole; i < keys; i++) largest = s[i] > largest ? s[i] : largest;
  for (int k = 0; k < 16; k++) largest = lanes[k] > largest ? lanes[k] : largest;
  float shift = largest == -INFINITY ? 0 : largest;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < keys; i++) {
    s[i] = odnn_exponential(s[i] - shift);
    total += s[i];
  }
  *log_sum = total == 0 ? INFINITY : shift + logf(total);
  return total == 0 ? 0 : 1 / total;
}

ODNN_CLONES static void scale_row(float factor, float *y, int64_t width) {
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++) y[i] *= factor;
}

static int forward_head(const odnn_attention *a, int64_t part) {
  struct head h = head_at(a, part);
  int64_t block = block_rows(a), row = a->heads * a->width;
  _Alignas(64) float s[score_count];
  float factors[score_count];
  for (int64_t first = 0; first < a->queries; first += block) {
    int64_t rows = odnn_minimum(block, a->queries - first);
    TRY(make_scores(a, h, first, rows, s));
    for (int64_t r = 0; r < rows; r++)
      factors[r] = exponentials(s + r * a->keys, a->keys, a->log_sums + h.sums + first + r);
    if (a->rounds) odnn_round(s, s, rows * a->keys);
    float *out = a->out + h.out + first * row;
    TRY(odnn_multiply_small(&(odnn_small_product){
        .m = rows, .n = a->width, .k = a->keys, .factor = 1, .a = s, .a_row = a->keys,
        .b = a->v + h.v, .b_row = a->value_row, .c = out, .c_row = row}));
    for (int64_t r = 0; r < rows; r++) scale_row(factors[r], out + r * row, a->width);
  }
  return 0;
}

/// P = eˢ⁻ˡᵒᵍ ˢᵘᵐ in place of the scores, and dS = P · (dP − δ) · scale in place of dP.
ODNN_CLONES static void score_gradients(
    float *s, float *ds, float log_sum, float delta, float scale, int64_t keys) {
  ODNN_VECTOR
  for (int64_t i = 0; i < keys; i++) {
    s[i] = odnn_exponential(s[i] - log_sum);
    ds[i] = s[i] * (ds[i] - delta) * scale;
  }
}

ODNN_CLONES static float dot(const float *a, const float *b, int64_t count) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < count; i++) total += a[i] * b[i];
  return total;
}

/// Inside a part a loop is short and stays on its thread.
static void round_both(float *s, float *ds, int64_t count) {
  odnn_round(s, s, count);
  odnn_round(ds, ds, count);
}

static int backward_head(const struct job *job, int64_t part) {
  const odnn_attention *a = job->a;
  struct head h = head_at(a, part);
  int64_t block = block_rows(a), row = a->heads * a->width, keys = a->keys;
  _Alignas(64) float s[score_count], ds[score_count];
  for (int64_t first = 0; first < a->queries; first += block) {
    int64_t rows = odnn_minimum(block, a->queries - first);
    const float *g = job->out_gradient + h.out + first * row;
    const float *out = a->out + h.out + first * row;
    TRY(make_scores(a, h, first, rows, s));
    TRY(odnn_multiply_small(&(odnn_small_product){
        .transpose_b = 1, .m = rows, .n = keys, .k = a->width, .factor = 1, .a = g, .a_row = row,
        .b = a->v + h.v, .b_row = a->value_row, .c = ds, .c_row = keys}));
    for (int64_t r = 0; r < rows; r++)
      score_gradients(
          s + r * keys, ds + r * keys, a->log_sums[h.sums + first + r],
          dot(g + r * row, out + r * row, a->width), a->scale, keys);
    if (a->rounds) round_both(s, ds, rows * keys);
    odnn_small_product sum = {
        .transpose_a = 1, .accumulate = first > 0, .m = keys, .n = a->width, .k = rows,
        .factor = 1, .a = s, .a_row = keys, .b = g, .b_row = row, .c = job->dv + h.v,
        .c_row = a->value_row};
    TRY(odnn_multiply_small(&sum));
    (sum.a = ds, sum.b = a->q + h.q + first * a->query_row, sum.b_row = a->query_row);
    (sum.c = job->dk + h.k, sum.c_row = a->key_row);
    TRY(odnn_multiply_small(&sum));
    TRY(odnn_multiply_small(&(odnn_small_product){
        .m = rows, .n = a->width, .k = keys, .factor = 1, .a = ds, .a_row = keys,
        .b = a->k + h.k, .b_row = a->key_row, .c = job->dq + h.q + first * a->query_row,
        .c_row = a->query_row}));
  }
  return 0;
}

// Inside a part the products stay on the thread that has it.

static void forward_part(void *context, int64_t part) {
  struct job *job = context;
  odnn_adopt_threads(1);
  int status = forward_head(job->a, part);
  if (status) atomic_store(&job->status, status);
}

static void backward_part(void *context, int64_t part) {
  struct job *job = context;
  odnn_adopt_threads(1);
  int status = backward_head(job, part);
  if (status) atomic_store(&job->status, status);
}

/// About as many elements as would take as long in a loop over memory.
static int64_t elements(const odnn_attention *a) {
  return a->batch * a->heads * a->queries * a->keys * (a->width + 16) / 16;
}

int odnn_attention_run(const odnn_attention *a) {
  struct job job = {.a = a};
  odnn_for_each(a->batch * a->heads, elements(a), &job, forward_part);
  return atomic_load(&job.status);
}

int odnn_attention_gradient(
    const odnn_attention *a, const float *out_gradient, float *dq, float *dk, float *dv) {
  struct job job = {.a = a, .out_gradient = out_gradient, .dq = dq, .dk = dk, .dv = dv};
  odnn_for_each(a->batch * a->heads, 2 * elements(a), &job, backward_part);
  return atomic_load(&job.status);
}
