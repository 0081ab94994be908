#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <unistd.h>

void wmg_name_this_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int wmg_open_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int wmg_wait_for_exit(int pid, int milliseconds) {
  int fd = pidfd_open(pid, 0);
  // Only a process that is not there has ended; without descriptors or memory we cannot tell.
  if (fd < 0) return errno == ESRCH;
  struct pollfd end = {.fd = fd, .events = POLLIN};
  int ready;
  do {
    ready = poll(&end, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  close(fd);
  return ready > 0;
}
