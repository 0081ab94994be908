// Capabilities (capabilities(7)), which Glibc has no functions for. A set is a bit for each of them, by number. All of
// this is of the calling thread alone; what it starts afterwards has the same.
#ifndef WMGWD2_PRIVILEGES_H
#define WMGWD2_PRIVILEGES_H

#include <stdint.h>

// Makes `set` the permitted, the effective and the inheritable capabilities; 0, or -1 and errno.
int wmg_set_capabilities(uint64_t set);
// Takes all but `kept` out of the bounding set, for which CAP_SETPCAP is needed; 0, or -1 and errno.
int wmg_bound_capabilities(uint64_t kept);
// Makes `set`, which must be permitted and inheritable, what programs get that have no capabilities of their own; 0, or
// -1 and errno.
int wmg_set_ambient_capabilities(uint64_t set);
// Whether the permitted capabilities outlive the change to another user; 0, or -1 and errno.
int wmg_keep_capabilities(int keeps);
// Lets no program that is started have more privileges than this thread; 0, or -1 and errno.
int wmg_refuse_new_privileges(void);
// Whether the process may be traced by its own user, and leaves a core: what a change of the user takes away.
int wmg_allow_tracing(void);

#endif
