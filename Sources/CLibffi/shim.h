// libffi, with functions for what Swift cannot import: types that are variables, and a macro that is an enumerator.
#ifndef WMGWD2_CLIBFFI_H
#define WMGWD2_CLIBFFI_H

#include <ffi.h>

static inline ffi_type *wmg_ffi_void(void) { return &ffi_type_void; }
static inline ffi_type *wmg_ffi_pointer(void) { return &ffi_type_pointer; }
static inline ffi_type *wmg_ffi_uint8(void) { return &ffi_type_uint8; }
static inline ffi_type *wmg_ffi_uint16(void) { return &ffi_type_uint16; }
static inline ffi_type *wmg_ffi_uint32(void) { return &ffi_type_uint32; }
static inline ffi_type *wmg_ffi_uint64(void) { return &ffi_type_uint64; }
static inline ffi_type *wmg_ffi_sint8(void) { return &ffi_type_sint8; }
static inline ffi_type *wmg_ffi_sint16(void) { return &ffi_type_sint16; }
static inline ffi_type *wmg_ffi_sint32(void) { return &ffi_type_sint32; }
static inline ffi_type *wmg_ffi_sint64(void) { return &ffi_type_sint64; }
static inline ffi_type *wmg_ffi_float(void) { return &ffi_type_float; }
static inline ffi_type *wmg_ffi_double(void) { return &ffi_type_double; }

// Prepares calls with this machine's usual convention; FFI_OK is 0.
static inline int wmg_ffi_prepare(ffi_cif *call, unsigned count, ffi_type *result, ffi_type **arguments) {
  return ffi_prep_cif(call, FFI_DEFAULT_ABI, count, result, arguments);
}

#endif
