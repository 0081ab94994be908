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

static uint64_t fnv(uint64_t hash, uint64_t word) {
  for (unsigned shift = 0; shift < 64; shift += 8) hash = (hash ^ (word >> shift & 0xff)) * 0x100000001b3ULL;
  return hash;
}

static uint64_t fnv_score(uint64_t hash_of_vni, uint64_t gateway) {
  uint64_t hash = fnv(hash_of_vni, gateway);
  hash ^= hash >> 32;
  return hash * 0x9e3779b97f4a7c15ULL;
}

void plain_c_fnv(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners) {
  for (size_t v = 0; v < vni_count; v++) {
    uint64_t hash = fnv(0xcbf29ce484222325ULL, vnis[v]);
    uint64_t best = fnv_score(hash, gateways[0]);
    owners[v] = 0;
    for (size_t g = 1; g < gateway_count; g++) {
      uint64_t score = fnv_score(hash, gateways[g]);
      if (score > best) {
        best = score;
        owners[v] = (uint16_t)g;
      }
    }
  }
}
