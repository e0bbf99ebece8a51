// The part of sourcekitd's C interface that completion and inspection use. The library itself is
// the toolchain's and is loaded when it is first wanted.
#ifndef OFFRAMP_CSOURCEKIT_H
#define OFFRAMP_CSOURCEKIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void *sourcekitd_uid;
typedef void *sourcekitd_object;
typedef void *sourcekitd_response;
typedef struct {
  uint64_t data[3];
} sourcekitd_variant;

// The functions, each `sourcekitd_` and the name of its field; nothing but pointers.
typedef struct {
  void (*initialize)(void);
  sourcekitd_uid (*uid_get_from_cstr)(const char *);
  const char *(*uid_get_string_ptr)(sourcekitd_uid);

  sourcekitd_object (*request_dictionary_create)(
      const sourcekitd_uid *, const sourcekitd_object *, size_t);
  void (*request_dictionary_set_string)(sourcekitd_object, sourcekitd_uid, const char *);
  void (*request_dictionary_set_int64)(sourcekitd_object, sourcekitd_uid, int64_t);
  void (*request_dictionary_set_uid)(sourcekitd_object, sourcekitd_uid, sourcekitd_uid);
  void (*request_dictionary_set_value)(sourcekitd_object, sourcekitd_uid, sourcekitd_object);
  sourcekitd_object (*request_array_create)(const sourcekitd_object *, size_t);
  void (*request_array_set_string)(sourcekitd_object, size_t, const char *);
  void (*request_release)(sourcekitd_object);

  sourcekitd_response (*send_request_sync)(sourcekitd_object);
  bool (*response_is_error)(sourcekitd_response);
  sourcekitd_variant (*response_get_value)(sourcekitd_response);
  void (*response_dispose)(sourcekitd_response);

  sourcekitd_variant (*variant_dictionary_get_value)(sourcekitd_variant, sourcekitd_uid);
  const char *(*variant_dictionary_get_string)(sourcekitd_variant, sourcekitd_uid);
  int64_t (*variant_dictionary_get_int64)(sourcekitd_variant, sourcekitd_uid);
  sourcekitd_uid (*variant_dictionary_get_uid)(sourcekitd_variant, sourcekitd_uid);
  size_t (*variant_array_get_count)(sourcekitd_variant);
  sourcekitd_variant (*variant_array_get_value)(sourcekitd_variant, size_t);
} sourcekitd_functions;

#endif
