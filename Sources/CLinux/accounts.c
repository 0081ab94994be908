#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A group may have thousands of members.
enum { FIRST_BUFFER = 4096, LARGEST_BUFFER = 1 << 20 };

int wmg_find_account(const char *name, uint32_t user, struct wmg_account *account) {
  int found = 0, code = ERANGE;
  for (size_t size = FIRST_BUFFER; code == ERANGE && size <= LARGEST_BUFFER; size *= 4) {
    char *buffer = malloc(size);
    if (!buffer) return 0;
    struct passwd record, *result = NULL;
    code = name ? getpwnam_r(name, &record, buffer, size, &result) : getpwuid_r(user, &record, buffer, size, &result);
    if (code == 0 && result && strlen(record.pw_name) < sizeof account->name) {
      strcpy(account->name, record.pw_name);
      account->user = record.pw_uid;
      account->group = record.pw_gid;
      found = 1;
    }
    free(buffer);
  }
  return found;
}

int wmg_find_group(const char *name, uint32_t *group) {
  int found = 0, code = ERANGE;
  for (size_t size = FIRST_BUFFER; code == ERANGE && size <= LARGEST_BUFFER; size *= 4) {
    char *buffer = malloc(size);
    if (!buffer) return 0;
    struct group record, *result = NULL;
    code = getgrnam_r(name, &record, buffer, size, &result);
    if (code == 0 && result) {
      *group = record.gr_gid;
      found = 1;
    }
    free(buffer);
  }
  return found;
}

int wmg_find_local_group(const char *name, uint32_t *group) {
  FILE *file = fopen("/etc/group", "re");
  if (!file) return 0;
  int found = 0, code = 0;
  char *buffer = malloc(LARGEST_BUFFER);
  struct group record, *result = NULL;
  // A line that is too long for the buffer is passed over.
  while (buffer && !found && ((code = fgetgrent_r(file, &record, buffer, LARGEST_BUFFER, &result)) == 0 || code == ERANGE)) {
    if (code == 0 && strcmp(record.gr_name, name) == 0) {
      *group = record.gr_gid;
      found = 1;
    }
  }
  free(buffer);
  fclose(file);
  return found;
}
