// The reference: the assignment loops as one would write them in C.
#ifndef WMGWD2_PLAIN_C_H
#define WMGWD2_PLAIN_C_H

#include <stddef.h>
#include <stdint.h>

void plain_c_rendezvous(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners);
void plain_c_rendezvous_mixed(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners);

#include <stdbool.h>

/// Whether this processor has AVX2; without it the next function must not be called.
bool plain_c_has_avx2(void);
void plain_c_rendezvous_avx2(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners);

/// The address of a function of a shared library, or NULL.
void *plain_c_function(const char *library, const char *symbol);
/// The strategy `foreign` with a function of the form of XXH64(key, size, seed).
void plain_c_foreign(
    void *function, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count,
    uint16_t *owners);

#endif
