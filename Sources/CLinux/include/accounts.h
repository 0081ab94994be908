// Users and groups of the host, as its name services have them.
#ifndef WMGWD2_ACCOUNTS_H
#define WMGWD2_ACCOUNTS_H

#include <stdint.h>

struct wmg_account {
  char name[64];
  uint32_t user;
  // The primary group.
  uint32_t group;
};

// Looks for a user by name, or by number where `name` is NULL; 1 if there is one.
int wmg_find_account(const char *name, uint32_t user, struct wmg_account *account);
// Looks for a group by name; 1 if there is one.
int wmg_find_group(const char *name, uint32_t *group);
// The same in /etc/group alone, without asking anything that may be slow.
int wmg_find_local_group(const char *name, uint32_t *group);

#endif
