#include "PlainC.h"

#if defined(__x86_64__)
#include <immintrin.h>

bool plain_c_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

__attribute__((target("avx2"))) static inline __m256i product(__m256i a, __m256i b) {
  __m256i high = _mm256_add_epi64(
      _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b), _mm256_mul_epu32(a, _mm256_srli_epi64(b, 32)));
  return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(high, 32));
}

__attribute__((target("avx2"))) static inline __m256i finalizer(__m256i x) {
  x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 33));
  x = product(x, _mm256_set1_epi64x((int64_t)0xff51afd7ed558ccdULL));
  x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 33));
  x = product(x, _mm256_set1_epi64x((int64_t)0xc4ceb9fe1a85ec53ULL));
  return _mm256_xor_si256(x, _mm256_srli_epi64(x, 33));
}

/// Four VNIs at a time, whose number must be a multiple of four.
__attribute__((target("avx2"))) void plain_c_rendezvous_avx2(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners) {
  const __m256i flip = _mm256_set1_epi64x(INT64_MIN);
  for (size_t v = 0; v < vni_count; v += 4) {
    __m256i vni = _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(vnis + v)));
    __m256i best = _mm256_xor_si256(finalizer(product(vni, _mm256_set1_epi64x((int64_t)gateways[0]))), flip);
    __m256i owner = _mm256_setzero_si256();
    for (size_t g = 1; g < gateway_count; g++) {
      __m256i score = _mm256_xor_si256(finalizer(product(vni, _mm256_set1_epi64x((int64_t)gateways[g]))), flip);
      __m256i better = _mm256_cmpgt_epi64(score, best);
      best = _mm256_blendv_epi8(best, score, better);
      owner = _mm256_blendv_epi8(owner, _mm256_set1_epi64x((int64_t)g), better);
    }
    uint64_t lanes[4];
    _mm256_storeu_si256((__m256i *)lanes, owner);
    for (int i = 0; i < 4; i++) owners[v + i] = (uint16_t)lanes[i];
  }
}

#else

bool plain_c_has_avx2(void) { return false; }
void plain_c_rendezvous_avx2(
    const uint32_t *vnis, size_t vni_count, const uint64_t *gateways, size_t gateway_count, uint16_t *owners) {
  __builtin_trap();
}

#endif
