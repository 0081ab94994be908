#include "CRendezvous.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE_AVX2 static inline __attribute__((always_inline, target("avx2")))

bool crendezvous_is_available(void) { return __builtin_cpu_supports("avx2"); }

/// The low 64 bits of the products: AVX2 multiplies halves only.
INLINE_AVX2 __m256i multiply(__m256i a, __m256i b) {
  const __m256i cross = _mm256_add_epi64(
      _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b), _mm256_mul_epu32(a, _mm256_srli_epi64(b, 32)));
  return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(cross, 32));
}

/// The same for `a` below 2³², as every VNI is.
INLINE_AVX2 __m256i multiply_short(__m256i a, __m256i b) {
  const __m256i cross = _mm256_mul_epu32(a, _mm256_srli_epi64(b, 32));
  return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(cross, 32));
}

/// MurmurHash3's 64-bit finaliser (Appleby, 2011).
INLINE_AVX2 __m256i finalize(__m256i x) {
  x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 33));
  x = multiply(x, _mm256_set1_epi64x((int64_t)0xff51afd7ed558ccd));
  x = _mm256_xor_si256(x, _mm256_srli_epi64(x, 33));
  x = multiply(x, _mm256_set1_epi64x((int64_t)0xc4ceb9fe1a85ec53));
  return _mm256_xor_si256(x, _mm256_srli_epi64(x, 33));
}

INLINE_AVX2 __m256i score(crendezvous_pairing pairing, __m256i vnis, __m256i seeds) {
  return finalize(pairing == CRENDEZVOUS_PRODUCT ? multiply_short(vnis, seeds) : _mm256_xor_si256(vnis, seeds));
}

INLINE_AVX2 __m256i load_vnis(const uint32_t *vnis) {
  return _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)vnis));
}

/// Two vectors of VNIs at a time: while one waits for a multiplication, the other is at it.
enum { lanes = 4, vectors = 2, block = lanes * vectors };

INLINE_AVX2 void owners_of_block(
    crendezvous_pairing pairing, const uint32_t *vnis, const uint64_t *seeds, size_t seed_count, uint16_t *owners) {
  // AVX2 compares signed numbers only; with the top bit flipped they are in the order of unsigned ones.
  const __m256i top_bit = _mm256_set1_epi64x(INT64_MIN);
  const __m256i one = _mm256_set1_epi64x(1);
  __m256i vni[vectors], best[vectors], owner[vectors];
  for (int i = 0; i < vectors; i++) {
    vni[i] = load_vnis(vnis + i * lanes);
    best[i] = _mm256_xor_si256(score(pairing, vni[i], _mm256_set1_epi64x((int64_t)seeds[0])), top_bit);
    owner[i] = _mm256_setzero_si256();
  }
  __m256i candidate = one;
  for (size_t s = 1; s < seed_count; s++) {
    const __m256i seed = _mm256_set1_epi64x((int64_t)seeds[s]);
    for (int i = 0; i < vectors; i++) {
      const __m256i rival = _mm256_xor_si256(score(pairing, vni[i], seed), top_bit);
      const __m256i wins = _mm256_cmpgt_epi64(rival, best[i]);
      best[i] = _mm256_blendv_epi8(best[i], rival, wins);
      owner[i] = _mm256_blendv_epi8(owner[i], candidate, wins);
    }
    candidate = _mm256_add_epi64(candidate, one);
  }
  for (int i = 0; i < vectors; i++) {
    uint64_t indices[lanes];
    _mm256_storeu_si256((__m256i *)indices, owner[i]);
    for (int lane = 0; lane < lanes; lane++) owners[i * lanes + lane] = (uint16_t)indices[lane];
  }
}

INLINE_AVX2 void owners_by(
    crendezvous_pairing pairing, const uint32_t *vnis, size_t vni_count, const uint64_t *seeds, size_t seed_count,
    uint16_t *owners) {
  size_t v = 0;
  for (; v + block <= vni_count; v += block) owners_of_block(pairing, vnis + v, seeds, seed_count, owners + v);
  if (v == vni_count) return;
  uint32_t last_vnis[block] = {0};
  uint16_t last_owners[block];
  for (size_t i = 0; v + i < vni_count; i++) last_vnis[i] = vnis[v + i];
  owners_of_block(pairing, last_vnis, seeds, seed_count, last_owners);
  for (size_t i = 0; v + i < vni_count; i++) owners[v + i] = last_owners[i];
}

AVX2 void crendezvous_owners(
    crendezvous_pairing pairing, const uint32_t *vnis, size_t vni_count, const uint64_t *seeds, size_t seed_count,
    uint16_t *owners) {
  // Two calls with a constant each: the loop is compiled once per pairing, without the question inside.
  if (pairing == CRENDEZVOUS_PRODUCT)
    owners_by(CRENDEZVOUS_PRODUCT, vnis, vni_count, seeds, seed_count, owners);
  else
    owners_by(CRENDEZVOUS_EXCLUSIVE_OR, vnis, vni_count, seeds, seed_count, owners);
}

INLINE_AVX2 void scores_of_lanes(
    crendezvous_pairing pairing, const uint32_t *vnis, const uint64_t *uids, uint64_t *scores) {
  const __m256i uid = _mm256_loadu_si256((const __m256i *)uids);
  const __m256i seed = pairing == CRENDEZVOUS_PRODUCT ? uid : finalize(uid);
  _mm256_storeu_si256((__m256i *)scores, score(pairing, load_vnis(vnis), seed));
}

INLINE_AVX2 void scores_by(
    crendezvous_pairing pairing, const uint32_t *vnis, const uint64_t *uids, size_t count, uint64_t *scores) {
  size_t p = 0;
  for (; p + lanes <= count; p += lanes) scores_of_lanes(pairing, vnis + p, uids + p, scores + p);
  if (p == count) return;
  uint32_t last_vnis[lanes] = {0};
  uint64_t last_uids[lanes] = {0}, last_scores[lanes];
  for (size_t i = 0; p + i < count; i++) {
    last_vnis[i] = vnis[p + i];
    last_uids[i] = uids[p + i];
  }
  scores_of_lanes(pairing, last_vnis, last_uids, last_scores);
  for (size_t i = 0; p + i < count; i++) scores[p + i] = last_scores[i];
}

AVX2 void crendezvous_scores(
    crendezvous_pairing pairing, const uint32_t *vnis, const uint64_t *uids, size_t count, uint64_t *scores) {
  if (pairing == CRENDEZVOUS_PRODUCT)
    scores_by(CRENDEZVOUS_PRODUCT, vnis, uids, count, scores);
  else
    scores_by(CRENDEZVOUS_EXCLUSIVE_OR, vnis, uids, count, scores);
}

#else

bool crendezvous_is_available(void) { return false; }

void crendezvous_owners(
    crendezvous_pairing pairing, const uint32_t *vnis, size_t vni_count, const uint64_t *seeds, size_t seed_count,
    uint16_t *owners) {
  __builtin_trap();
}

void crendezvous_scores(
    crendezvous_pairing pairing, const uint32_t *vnis, const uint64_t *uids, size_t count, uint64_t *scores) {
  __builtin_trap();
}

#endif
