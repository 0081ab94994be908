#define _GNU_SOURCE
#include "guard_duty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "closing.h"
#include "guard_plan.h"
#include "process.h"

static socklen_t abstract(struct sockaddr_un *address, const char *name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  size_t length = strlen(name);
  if (length > sizeof address->sun_path - 1) length = sizeof address->sun_path - 1;
  memcpy(address->sun_path + 1, name, length);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

int wmg_guard_listen(void) {
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  for (int attempt = 0; attempt < 100; attempt++) {
    char name[64];
    snprintf(name, sizeof name, attempt == 0 ? "%s%d" : "%s%d.%d", WMG_GUARD_SOCKET_PREFIX, (int)getpid(), attempt);
    struct sockaddr_un address;
    socklen_t length = abstract(&address, name);
    if (bind(fd, (struct sockaddr *)&address, length) == 0) return listen(fd, 8) == 0 ? fd : closing(fd);
    if (errno != EADDRINUSE) break;
  }
  return closing(fd);
}

static bool is_asked_by_its_own(int fd) {
  struct ucred who;
  socklen_t length = sizeof who;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && (who.uid == 0 || who.uid == geteuid());
}

// The process that listens, if it is to be believed; or 0.
static int32_t trusted_listener(int fd) {
  struct ucred who;
  socklen_t length = sizeof who;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) < 0) return 0;
  return wmg_process_is_trusted(who.pid, who.uid) ? who.pid : 0;
}

static void set_patience(int fd, int milliseconds) {
  struct timeval patience = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000 + 1};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

union control {
  struct cmsghdr header;
  char space[CMSG_SPACE(sizeof(int))];
};

// The one descriptor that a message has brought, or -1; others are closed by the kernel, which has no room for them.
static int descriptor_in(struct msghdr *message) {
  for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS || item->cmsg_len != CMSG_LEN(sizeof(int)))
      continue;
    int fd;
    memcpy(&fd, CMSG_DATA(item), sizeof fd);
    return fd;
  }
  return -1;
}

int wmg_guard_accept(int listener, struct wmg_guard_request *request, int *plan) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return -1;
  if (!is_asked_by_its_own(fd)) return closing(fd);
  set_patience(fd, 100);
  union control control;
  struct iovec part = {.iov_base = request, .iov_len = sizeof *request};
  // With the padding there would be room for two, one of which would stay open.
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof(int))};
  ssize_t count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  *plan = count < 0 ? -1 : descriptor_in(&message);
  if (count == sizeof *request && request->version == WMG_GUARD_VERSION && *plan >= 0) return fd;
  if (*plan >= 0) close(*plan);
  return closing(fd);
}

void wmg_guard_answer(int connection, const struct wmg_guard_answer *answer) {
  send(connection, answer, sizeof *answer, MSG_NOSIGNAL);
  close(connection);
}

// A stranger may listen and let the queue be full, which is not waited for; a guard empties its own in no time.
static int connected(const char *name) {
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  struct sockaddr_un address;
  socklen_t length = abstract(&address, name);
  for (int attempt = 0; connect(fd, (struct sockaddr *)&address, length) < 0; attempt++) {
    if (errno != EAGAIN || attempt == 5) return closing(fd);
    usleep(1000);
  }
  return fcntl(fd, F_SETFL, 0) == 0 ? fd : closing(fd);
}

int wmg_guard_call(const char *name, enum wmg_guard_request_kind kind, int plan, int milliseconds,
                   struct wmg_guard_answer *answer, int32_t *guard) {
  *guard = 0;
  int fd = connected(name);
  if (fd < 0) return -1;
  set_patience(fd, milliseconds);
  *guard = trusted_listener(fd);
  if (*guard == 0) {
    errno = EPERM;
    return closing(fd);
  }
  struct wmg_guard_request request = {.version = WMG_GUARD_VERSION, .kind = (uint32_t)kind};
  union control control;
  memset(&control, 0, sizeof control);
  control.header = (struct cmsghdr){
      .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof plan)};
  memcpy(CMSG_DATA(&control.header), &plan, sizeof plan);
  struct iovec part = {.iov_base = &request, .iov_len = sizeof request};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t count = sendmsg(fd, &message, MSG_NOSIGNAL);
  if (count >= 0) {
    count = recv(fd, answer, sizeof *answer, 0);
    if (count == sizeof *answer && answer->version == WMG_GUARD_VERSION) {
      close(fd);
      return 0;
    }
    if (count >= 0) errno = count == 0 ? ECONNRESET : EPROTO;
  }
  if (errno == EAGAIN) errno = ETIMEDOUT;
  int code = errno;
  if (wmg_guard_is_concerned(*guard, plan) == 0) *guard = 0;
  errno = code;
  return closing(fd);
}

static bool can_read_plan_of(int32_t guard) {
  int file = wmg_process_open_plan(guard);
  if (file < 0) return false;
  // Compared with itself, it need only be a plan.
  bool can_read = wmg_guard_is_concerned(guard, file) >= 0;
  close(file);
  return can_read;
}

int wmg_guard_is_concerned(int32_t guard, int plan) {
  int file = wmg_process_open_plan(guard);
  if (file < 0) return -1;
  uint64_t length = 0, our_length = 0;
  const void *bytes = wmg_guard_map(file, &length), *our_bytes = wmg_guard_map(plan, &our_length);
  close(file);
  struct wmg_guard_plan theirs, ours;
  int is_concerned = -1;
  if (bytes && our_bytes && wmg_guard_read_plan(bytes, length, &theirs) &&
      wmg_guard_read_plan(our_bytes, our_length, &ours))
    is_concerned = wmg_guard_plans_overlap(&ours, &theirs);
  if (bytes) munmap((void *)bytes, length);
  if (our_bytes) munmap((void *)our_bytes, our_length);
  if (is_concerned < 0) errno = EPROTO;
  return is_concerned;
}

int wmg_guard_kill(int32_t guard, const char *program) {
  int process = pidfd_open(guard, 0);
  if (process < 0) return errno == ESRCH ? 0 : -1;
  char path[32], target[256];
  uid_t user;
  if (wmg_process_user(guard, &user) < 0) return closing(process);
  snprintf(path, sizeof path, "/proc/%d/exe", (int)guard);
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) return closing(process);
  target[length] = 0;
  const char *base = strrchr(target, '/');
  // One whose program was replaced is called "NAME (deleted)".
  bool is_ours =
      wmg_process_is_trusted(guard, user) && base && strncmp(base + 1, program, strlen(program)) == 0;
  if (!is_ours) {
    errno = EPERM;
    return closing(process);
  }
  if (!can_read_plan_of(guard)) {
    errno = EPERM;
    return closing(process);
  }
  if (pidfd_send_signal(process, SIGKILL, NULL, 0) < 0 && errno != ESRCH) return closing(process);
  struct pollfd end = {.fd = process, .events = POLLIN};
  int ready;
  do {
    ready = poll(&end, 1, 500);
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) errno = ETIMEDOUT;
  if (ready <= 0) return closing(process);
  close(process);
  return 0;
}

int wmg_guard_seal(const void *bytes, uint64_t length) {
  int fd = memfd_create(WMG_GUARD_PLAN_NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return -1;
  uint64_t written = 0;
  while (written < length) {
    ssize_t count = write(fd, (const char *)bytes + written, length - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return closing(fd);
    written += (uint64_t)count;
  }
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) return closing(fd);
  return fd;
}

const void *wmg_guard_map(int descriptor, uint64_t *length) {
  struct stat file;
  int seals = fcntl(descriptor, F_GET_SEALS);
  if (seals < 0 || (seals & (F_SEAL_SHRINK | F_SEAL_WRITE)) != (F_SEAL_SHRINK | F_SEAL_WRITE)) return NULL;
  if (fstat(descriptor, &file) < 0 || file.st_size <= 0) return NULL;
  void *bytes = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (bytes == MAP_FAILED) return NULL;
  *length = (uint64_t)file.st_size;
  return bytes;
}
