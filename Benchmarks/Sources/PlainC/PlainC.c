#include "PlainC.h"

static inline uint64_t murmur_finalizer(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  x ^= x >> 33;
  return x;
}

void plain_c_rendezvous(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners) {
  for (size_t v = 0; v < vni_count; v++) {
    uint64_t best = murmur_finalizer(vnis[v] * gateways[0]);
    size_t owner = 0;
    for (size_t g = 1; g < gateway_count; g++) {
      uint64_t score = murmur_finalizer(vnis[v] * gateways[g]);
      if (score > best) {
        best = score;
        owner = g;
      }
    }
    owners[v] = (uint16_t)owner;
  }
}

void plain_c_rendezvous_mixed(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners) {
  uint64_t seeds[65535];
  for (size_t g = 0; g < gateway_count; g++) seeds[g] = murmur_finalizer(gateways[g]);
  for (size_t v = 0; v < vni_count; v++) {
    uint64_t best = murmur_finalizer(seeds[0] ^ vnis[v]);
    size_t owner = 0;
    for (size_t g = 1; g < gateway_count; g++) {
      uint64_t score = murmur_finalizer(seeds[g] ^ vnis[v]);
      if (score > best) {
        best = score;
        owner = g;
      }
    }
    owners[v] = (uint16_t)owner;
  }
}
