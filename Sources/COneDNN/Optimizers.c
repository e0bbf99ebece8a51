#include "Loops.h"

#include <math.h>

// One pass over a parameter, its gradient and the optimiser's memory, in parts.

struct sgd_job {
  float *w, *velocity;
  const float *gradient;
  int64_t count;
  float rate, momentum, decay, own, past;
};

ODNN_CLONES static void descent_part(void *context, int64_t part) {
  const struct sgd_job *job = context;
  int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);
  float rate = job->rate, decay = job->decay, *w = job->w;
  const float *gradient = job->gradient;
  ODNN_VECTOR
  for (int64_t i = part * odnn_part_count; i < end; i++)
    w[i] -= rate * (gradient[i] + decay * w[i]);
}

ODNN_CLONES static void momentum_part(void *context, int64_t part) {
  const struct sgd_job *job = context;
  int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);
  float rate = job->rate, decay = job->decay, momentum = job->momentum, own = job->own;
  float past = job->past, *w = job->w, *velocity = job->velocity;
  const float *gradient = job->gradient;
  ODNN_VECTOR
  for (int64_t i = part * odnn_part_count; i < end; i++) {
    float g = gradient[i] + decay * w[i], v = momentum * velocity[i] + g;
    velocity[i] = v;
    w[i] -= rate * (own * g + past * v);
  }
}

void odnn_sgd(
    float *w, const float *gradient, float *velocity, int64_t count, float rate, float momentum,
    float decay, int nesterov) {
  struct sgd_job job = {
      w, velocity, gradient, count, rate, momentum, decay, nesterov ? 1.0f : 0.0f,
      nesterov ? momentum : 1.0f};
  odnn_for_each(odnn_parts(count), count, &job, velocity ? momentum_part : descent_part);
}

struct adam_job {
  float *w, *first, *second;
  const float *gradient;
  int64_t count;
  float beta1, beta2, shrink, joined, step, root, epsilon;
};

ODNN_CLONES static void adam_part(void *context, int64_t part) {
  const struct adam_job *job = context;
  int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);
  float beta1 = job->beta1, beta2 = job->beta2, shrink = job->shrink, joined = job->joined;
  float step = job->step, root = job->root, epsilon = job->epsilon;
  float *w = job->w, *first = job->first, *second = job->second;
  const float *gradient = job->gradient;
  ODNN_VECTOR
  for (int64_t i = part * odnn_part_count; i < end; i++) {
    float g = gradient[i] + joined * w[i];
    float m = first[i] + (1 - beta1) * (g - first[i]);
    float v = beta2 * second[i] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    w[i] = shrink * w[i] - step * m / (__builtin_elementwise_sqrt(v) * root + epsilon);
  }
}

void odnn_adam(
    float *w, const float *gradient, float *first, float *second, int64_t count, float rate,
    float beta1, float beta2, float correction1, float correction2, float epsilon, float decay,
    int decoupled) {
  struct adam_job job = {
      .w = w, .first = first, .second = second, .gradient = gradient, .count = count,
      .beta1 = beta1, .beta2 = beta2, .shrink = decoupled ? 1 - rate * decay : 1,
      .joined = decoupled ? 0 : decay, .step = rate / correction1,
      .root = 1 / sqrtf(correction2), .epsilon = epsilon};
  odnn_for_each(odnn_parts(count), count, &job, adam_part);
}
