#pragma once

#include "COneDNN.h"

#include <dnnl.h>

// oneDNN 2.x describes memory by a struct that is passed by address, 3.x by an opaque handle; the
// rest speaks of `layout` (owned) and `layout_ref` (borrowed) and works with both.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t layout;
typedef const_dnnl_memory_desc_t layout_ref;
static inline layout_ref ref(const layout *l) { return *l; }
static inline void release(layout *l) { if (*l) dnnl_memory_desc_destroy(*l); }
static inline dnnl_status_t copy(layout *l, layout_ref from) {
  return dnnl_memory_desc_clone(l, from);
}
static inline dnnl_status_t describe_as(
    layout *l, int rank, const dnnl_dims_t dims, dnnl_data_type_t type, dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(l, rank, dims, type, tag);
}
static inline dnnl_status_t describe_strided(
    layout *l, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
    const dnnl_dim_t *strides) {
  return dnnl_memory_desc_create_with_strides(l, rank, dims, type, strides);
}
/// Results are added to what the target holds.
static inline dnnl_status_t append_sum(dnnl_post_ops_t operations) {
  return dnnl_post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef);
}
#else
typedef dnnl_memory_desc_t layout;
typedef const dnnl_memory_desc_t *layout_ref;
static inline layout_ref ref(const layout *l) { return l; }
static inline void release(layout *l) { (void)l; }
static inline dnnl_status_t copy(layout *l, layout_ref from) {
  *l = *from;
  return dnnl_success;
}
static inline dnnl_status_t describe_as(
    layout *l, int rank, const dnnl_dims_t dims, dnnl_data_type_t type, dnnl_format_tag_t tag) {
  return dnnl_memory_desc_init_by_tag(l, rank, dims, type, tag);
}
static inline dnnl_status_t describe_strided(
    layout *l, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
    const dnnl_dim_t *strides) {
  return dnnl_memory_desc_init_by_strides(l, rank, dims, type, strides);
}
static inline dnnl_status_t append_sum(dnnl_post_ops_t operations) {
  return dnnl_post_ops_append_sum(operations, 1.0f);
}
#endif

static inline dnnl_status_t describe(
    layout *l, int rank, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
  return describe_as(l, rank, dims, dnnl_f32, tag);
}

#define TRY(call)                                   \
  do {                                              \
    dnnl_status_t status_ = (call);                 \
    if (status_ != dnnl_success) return status_;    \
  } while (0)
