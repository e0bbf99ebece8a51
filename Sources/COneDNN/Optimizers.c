#include "Loops.h"

#include <math.h>

// Parameters of one tensor are few; the loops stay on the calling thread.

ODNN_CLONES void odnn_sgd(
    float *w, const float *gradient, float *velocity, int64_t count, float rate, float momentum,
    float decay, int nesterov) {
  if (!velocity) {
    ODNN_VECTOR
    for (int64_t i = 0; i < count; i++) w[i] -= rate * (gradient[i] + decay * w[i]);
    return;
  }
  float own = nesterov ? 1.0f : 0.0f, past = nesterov ? momentum : 1.0f;
  ODNN_VECTOR
  for (int64_t i = 0; i < count; i++) {
    float g = gradient[i] + decay * w[i], v = momentum * velocity[i] + g;
    velocity[i] = v;
    w[i] -= rate * (own * g + past * v);
  }
}

ODNN_CLONES void odnn_adam(
    float *w, const float *gradient, float *first, float *second, int64_t count, float rate,
    float beta1, float beta2, float correction1, float correction2, float epsilon, float decay,
    int decoupled) {
  float shrink = decoupled ? 1 - rate * decay : 1, joined = decoupled ? 0 : decay;
  float step = rate / correction1, root = 1 / sqrtf(correction2);
  ODNN_VECTOR
  for (int64_t i = 0; i < count; i++) {
    float g = gradient[i] + joined * w[i];
    float m = first[i] + (1 - beta1) * (g - first[i]);
    float v = beta2 * second[i] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    w[i] = shrink * w[i] - step * m / (__builtin_elementwise_sqrt(v) * root + epsilon);
  }
}
