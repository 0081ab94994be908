#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard_duty.h"

// A file of a process, as text; false if it cannot be read, or is not read whole.
static bool read_file(int32_t process, const char *name, char *text, size_t capacity) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t length = 0;
  ssize_t count;
  while (length < capacity - 1 && (count = read(fd, text + length, capacity - 1 - length)) > 0) length += (size_t)count;
  close(fd);
  text[length] = 0;
  return length > 0 && length < capacity - 1;
}

static const char *field(const char *status, const char *name) {
  const char *place = strstr(status, name);
  return place ? place + strlen(name) : NULL;
}

// Every user can make a user namespace, and is almighty in it; over the interfaces here that means nothing. One of those
// maps other users than ours does, and unlike its name that can be read of every process.
static bool is_of_this_user_namespace(int32_t process) {
  char theirs[512], ours[512];
  return read_file(process, "uid_map", theirs, sizeof theirs) && read_file(getpid(), "uid_map", ours, sizeof ours) &&
         strcmp(theirs, ours) == 0;
}

static bool may_change_interfaces(int32_t process) {
  char status[8192];
  if (!read_file(process, "status", status, sizeof status)) return false;
  const char *capabilities = field(status, "\nCapEff:");
  if (!capabilities || !(strtoull(capabilities, NULL, 16) & 1ull << CAP_NET_ADMIN)) return false;
  return is_of_this_user_namespace(process);
}

bool wmg_process_is_trusted(int32_t process, uid_t user) {
  if (user == 0 || user == geteuid()) return true;
  return geteuid() == 0 && process > 0 && may_change_interfaces(process);
}

int wmg_process_user(int32_t process, uid_t *user) {
  char status[8192];
  if (!read_file(process, "status", status, sizeof status)) return -1;
  // The real one, then the effective one.
  const char *users = field(status, "\nUid:");
  char *end = NULL;
  if (!users) return -1;
  strtoul(users, &end, 10);
  *user = (uid_t)strtoul(end, NULL, 10);
  return 0;
}

int wmg_process_open_plan(int32_t process) {
  char path[64], target[64];
  snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)process, WMG_GUARD_PLAN_FILE);
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) return -1;
  target[length] = 0;
  // To open something else might do something.
  if (strncmp(target, "/memfd:" WMG_GUARD_PLAN_NAME, strlen("/memfd:" WMG_GUARD_PLAN_NAME)) != 0) {
    errno = EBADF;
    return -1;
  }
  return open(path, O_RDONLY | O_CLOEXEC);
}
