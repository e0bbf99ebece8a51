#pragma once

// Losses with a target for every class (Losses.c). Those with one label a row are in COneDNN.h.

#include <stdint.h>

/// loss[r] = Σ t · (log Σ eˣ − x) and, for a divergence, + Σ t log t; `mass` is Σ t of each row.
void odnn_soft_cross_entropy(
    const float *x, const float *target, int64_t rows, int64_t classes, int is_divergence,
    float *probabilities, float *loss, float *mass);
/// dx[r] = weight[r] · (mass[r] · probabilities[r] − target[r]).
void odnn_soft_cross_entropy_gradient(
    const float *probabilities, const float *target, const float *mass, const float *weight,
    int64_t rows, int64_t classes, float *dx);

/// loss = max(x, 0) − x · t + ln(1 + e⁻ˡˣˡ), element by element.
void odnn_binary_cross_entropy(
    const float *x, const float *target, float *loss, int64_t count);
/// dx = g · (σ(x) − t); `dx` may be `gradient`.
void odnn_binary_cross_entropy_gradient(
    const float *gradient, const float *x, const float *target, float *dx, int64_t count);

/// Three numbers a row: a · b, a · a, b · b.
void odnn_row_products(
    const float *a, const float *b, int64_t rows, int64_t width, float *products);
/// y[r] = own[r] · a[r] + other[r] · b[r].
void odnn_row_mix(
    const float *a, const float *b, const float *own, const float *other, int64_t rows,
    int64_t width, float *y);
