#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
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

int wmg_open_process(int pid) { return pidfd_open(pid, 0); }

int wmg_open_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int wmg_close_descriptors_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
