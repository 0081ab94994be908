#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

const int wmg_spawn_in_session = POSIX_SPAWN_SETSID;

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

int wmg_open_tick_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  fcntl(ends[1], F_SETPIPE_SZ, 4096);
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int wmg_bytes_in_pipe(int descriptor) {
  int waiting = 0;
  return ioctl(descriptor, FIONREAD, &waiting) == 0 ? waiting : 0;
}

int wmg_duplicate_above(int descriptor, int least) { return fcntl(descriptor, F_DUPFD_CLOEXEC, least); }

int wmg_pass_on_capability(int capability, int on) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  unsigned long none = 0;
  int is_on = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (unsigned long)capability, none, none);
  if (is_on < 0 || is_on == (on != 0)) return is_on < 0 ? -1 : 0;
  if (!on) return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, (unsigned long)capability, none, none) < 0 ? -1 : 1;
  // What is ambient has to be inheritable first.
  if (syscall(SYS_capget, &header, data) < 0) return -1;
  data[capability / 32].inheritable |= 1u << capability % 32;
  if (syscall(SYS_capset, &header, data) < 0) return -1;
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)capability, none, none) < 0 ? -1 : 1;
}
