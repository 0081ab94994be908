// Rendezvous hashing, four pairs at a time, for processors with AVX2 (x86-64 of 2013 and later).
//
// Swift has these loops too, and without AVX2 they are what runs; the results are the same, bit for bit. They are in C
// because only here can one function be compiled for a processor that the rest of the program does not ask for.
#ifndef CRENDEZVOUS_H
#define CRENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How a VNI and a gateway's seed become one number, which MurmurHash3's finaliser then mixes into a score.
typedef enum {
  /// Their product: `rendezvous`; the seed is the uid.
  CRENDEZVOUS_PRODUCT,
  /// Their exclusive or: `rendezvous-mixed`; the seed is the mixed uid.
  CRENDEZVOUS_EXCLUSIVE_OR,
} crendezvous_pairing;

/// Whether this processor has AVX2; the other functions must not be called otherwise.
bool crendezvous_is_available(void);

/// Writes, for each VNI, the index of the seed with the greatest score; of equal ones the lowest.
///
/// `seed_count` is 1…65,535; `owners` has room for `vni_count`.
void crendezvous_owners(
    crendezvous_pairing pairing, const uint32_t *vnis, size_t vni_count, const uint64_t *seeds, size_t seed_count,
    uint16_t *owners);

/// Writes the score of each pair `(vnis[i], uids[i])`.
void crendezvous_scores(
    crendezvous_pairing pairing, const uint32_t *vnis, const uint64_t *uids, size_t count, uint64_t *scores);

#endif
