#include "PlainC.h"

#include <dlfcn.h>

typedef uint64_t (*keyed_hash)(const void *, size_t, uint64_t);

void *plain_c_function(const char *library, const char *symbol) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  return handle ? dlsym(handle, symbol) : 0;
}

static inline uint64_t foreign_score(keyed_hash hash, uint32_t vni, uint64_t uid) {
  struct __attribute__((packed)) {
    uint32_t vni;
    uint64_t uid;
  } key = {__builtin_bswap32(vni), __builtin_bswap64(uid)};
  return hash(&key, sizeof key, 0);
}

void plain_c_foreign(
    void *function, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count,
    uint16_t *owners) {
  keyed_hash hash = (keyed_hash)function;
  for (size_t v = 0; v < vni_count; v++) {
    uint64_t best = foreign_score(hash, vnis[v], gateways[0]);
    size_t owner = 0;
    for (size_t g = 1; g < gateway_count; g++) {
      uint64_t score = foreign_score(hash, vnis[v], gateways[g]);
      if (score > best) {
        best = score;
        owner = g;
      }
    }
    owners[v] = (uint16_t)owner;
  }
}
