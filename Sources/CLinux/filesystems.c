#define _GNU_SOURCE
#include "filesystems.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

// Not every C library has functions for these, nor headers with their constants.
enum { fsopen_cloexec = 1, fsmount_cloexec = 1, fsconfig_set_string = 1, fsconfig_cmd_create = 6 };

int wmg_open_detached_tmpfs(unsigned bytes) {
  int context = syscall(SYS_fsopen, "tmpfs", fsopen_cloexec);
  if (context < 0) return -1;
  char size[16];
  snprintf(size, sizeof size, "%u", bytes);
  int root = -1;
  if (syscall(SYS_fsconfig, context, fsconfig_set_string, "size", size, 0) == 0 &&
      syscall(SYS_fsconfig, context, fsconfig_cmd_create, NULL, NULL, 0) == 0)
    root = syscall(SYS_fsmount, context, fsmount_cloexec, 0);
  int error = errno;
  close(context);
  errno = error;
  return root;
}
