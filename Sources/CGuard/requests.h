// What the kernel is asked when interfaces are made standby.
#ifndef WMGWD2_GUARD_REQUESTS_H
#define WMGWD2_GUARD_REQUESTS_H

#include <stddef.h>
#include <stdint.h>

// Asks for one interface, or with NLM_F_DUMP for all; returns the length, at most 48.
size_t wmg_standby_build_get(void *buffer, int32_t index, uint16_t flags, uint32_t sequence);

#endif
