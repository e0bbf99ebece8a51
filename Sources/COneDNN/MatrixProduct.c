#include "Layout.h"
#include "Products.h"

// A product of single matrices uses all threads; of many, every matrix is a part of its own. oneDNN
// multiplies where the processor has no AVX-512, and where nothing has to be turned, as in the
// gradients of a dense layer: there it is as fast as tiles.

static int multiply_by_onednn(const struct product *job) {
  const odnn_matrices *p = job->p;
  odnn_adopt_threads(odnn_threads_for(p->m * p->n * p->k));
  int status = dnnl_sgemm(
      p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', p->m, p->n, p->k, 1.0f, job->a,
      p->transpose_a ? p->m : p->k, job->b, p->transpose_b ? p->k : p->n,
      p->accumulate ? 1.0f : 0.0f, job->c, p->n);
  if (job->bias) odnn_add_rows(job->bias, job->addend, job->c, p->m, p->n);
  else if (job->addend) odnn_accumulate(job->addend, 1, job->c, p->m * p->n);
  return status;
}

static void product_part(void *context, int64_t part) {
  struct product *job = context;
  const odnn_matrices *p = job->p;
  odnn_adopt_threads(1);
  int status = odnn_multiply_small(&(odnn_small_product){
      p->transpose_a, p->transpose_b, p->accumulate, p->m, p->n, p->k, 1,
      job->a + part * p->a_step, job->b + part * p->b_step, job->c + part * p->m * p->n,
      p->transpose_a ? p->m : p->k, p->transpose_b ? p->k : p->n, p->n});
  if (status) atomic_store(&job->status, status);
}

static int uses_tiles(const odnn_matrices *p) {
  // Distances inside a panel are numbers of 32 bits.
  return odnn_has_tiles() && !p->transpose_a && p->transpose_b &&
         tile_columns * (p->n + p->k) < INT32_MAX;
}

size_t odnn_matrix_scratch(const odnn_matrices *p) {
  if (p->batch != 1 || !uses_tiles(p)) return 0;
  return odnn_row_scratch(p);
}

int odnn_matrix_products(
    const odnn_matrices *p, const float *a, const float *b, const float *bias,
    const float *addend, float *c, float *scratch) {
  struct product job = {
      .p = p, .a = a, .b = b, .bias = bias, .addend = addend, .c = c, .scratch = scratch};
  if (p->batch == 1 && !uses_tiles(p)) return multiply_by_onednn(&job);
  if (p->batch != 1)
    odnn_for_each(p->batch, p->batch * p->m * p->n * p->k / 32, &job, product_part);
  else odnn_multiply_rows(&job);
  return atomic_load(&job.status);
}
