#include "COneDNN.h"

#include <dnnl.h>
#include <malloc.h>

int odnn_version(void) {
  const dnnl_version_t *v = dnnl_version();
  return v->major * 10000 + v->minor * 100 + v->patch;
}

const char *odnn_instruction_set(void) {
  switch ((int)dnnl_get_effective_cpu_isa()) {
  case dnnl_cpu_isa_sse41: return "SSE4.1";
  case dnnl_cpu_isa_avx: return "AVX";
  case dnnl_cpu_isa_avx2: return "AVX2";
  case dnnl_cpu_isa_avx2_vnni: return "AVX2 VNNI";
  case dnnl_cpu_isa_avx512_core: return "AVX-512";
  case dnnl_cpu_isa_avx512_core_vnni: return "AVX-512 VNNI";
  case dnnl_cpu_isa_avx512_core_bf16: return "AVX-512 bfloat16";
  case dnnl_cpu_isa_avx512_core_amx: return "AVX-512 AMX";
  default: return "generic";
  }
}

const char *odnn_status_text(int status) {
  switch ((dnnl_status_t)status) {
  case dnnl_success: return "success";
  case dnnl_out_of_memory: return "out of memory";
  case dnnl_invalid_arguments: return "invalid arguments";
  case dnnl_unimplemented: return "not implemented for these shapes on this processor";
  default: return "the library failed while running";
  }
}

void odnn_return_memory(void) { malloc_trim(0); }
