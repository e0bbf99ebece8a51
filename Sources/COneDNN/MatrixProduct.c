#include "Layout.h"
#include "Loops.h"

#include <stdatomic.h>

// A product of single matrices uses all threads; of many, every matrix is a part of its own.

struct job {
  const odnn_matrices *p;
  const float *a, *b;
  float *c;
  _Atomic int status;
};

static int product(const odnn_matrices *p, const float *a, const float *b, float *c) {
  return dnnl_sgemm(
      p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', p->m, p->n, p->k, 1.0f, a,
      p->transpose_a ? p->m : p->k, b, p->transpose_b ? p->k : p->n,
      p->accumulate ? 1.0f : 0.0f, c, p->n);
}

static void product_part(void *context, int64_t part) {
  struct job *job = context;
  const odnn_matrices *p = job->p;
  odnn_adopt_threads(1);
  int status =
      product(p, job->a + part * p->a_step, job->b + part * p->b_step, job->c + part * p->m * p->n);
  if (status) atomic_store(&job->status, status);
}

int odnn_matrix_products(const odnn_matrices *p, const float *a, const float *b, float *c) {
  if (p->batch == 1) {
    odnn_adopt_threads(odnn_threads_for(p->m * p->n * p->k));
    return product(p, a, b, c);
  }
  struct job job = {.p = p, .a = a, .b = b, .c = c};
  odnn_for_each(p->batch, p->batch * p->m * p->n * p->k / 32, &job, product_part);
  return atomic_load(&job.status);
}
