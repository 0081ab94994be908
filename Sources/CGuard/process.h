// What /proc says of a process that says it is a guard.
#ifndef WMGWD2_GUARD_PROCESS_H
#define WMGWD2_GUARD_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// Whether a process of this user could do what a guard does, and may be believed: it is root's or this user's. Root also
// believes any that may change its interfaces, which a gateway with a user of its own leaves behind.
bool wmg_process_is_trusted(int32_t process, uid_t user);

// Its effective user; -1 if it is not there.
int wmg_process_user(int32_t process, uid_t *user);

// The plan that it keeps open as a guard, opened anew; -1 and errno if it has none, or may not be looked into.
int wmg_process_open_plan(int32_t process);

#endif
