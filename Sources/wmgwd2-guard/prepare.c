#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"
#include "saying.h"

// The program, its constants and variables (ld(1)); the stack is touched already, and everything would include all that
// it may grow to.
extern const char __executable_start, _end;

int64_t guard_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// A service manager that ends a whole group, or a terminal that is closed, must not end what is to act after that; nor must
// a limit that it has from its gateway, as for the size of the file its log lines go to.
static void ignore_signals(void) {
  static const int ignored[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM, SIGTERM,   SIGUSR1, SIGUSR2,
                                SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ, SIGXCPU, SIGVTALRM, SIGPROF};
  for (size_t place = 0; place < sizeof ignored / sizeof *ignored; place++) signal(ignored[place], SIG_IGN);
}

static bool may_change_interfaces(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return true;
  return data[0].effective & 1u << CAP_NET_ADMIN;
}

// Of all that its gateway may have given it, it needs one; a kernel that does not let it give up the rest is no reason
// not to guard.
static void give_up_privileges(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{.effective = 1u << CAP_NET_ADMIN, .permitted = 1u << CAP_NET_ADMIN}};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  syscall(SYS_capset, &header, data);
  // Started by a root that has few capabilities it had gained some, and a gateway could not see which program it is.
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int refuse(const char *message, int code) {
  int error = errno;
  say("error", message, error ? " error=\"%s\"" : "%.0s", strerror(error));
  return code;
}

int guard_prepare(struct guard *guard) {
  ignore_signals();
  // It has one by posix_spawn; started otherwise it takes one.
  setsid();
  close_range(guard_plan_file + 1, ~0u, 0);
  if (chdir("/") < 0) return refuse("cannot guard: no root folder", EX_OSERR);
  uint64_t length = 0;
  const void *bytes = wmg_guard_map(guard_plan_file, &length);
  errno = 0;
  if (!bytes || !wmg_guard_read_plan(bytes, length, &guard->plan))
    return refuse("cannot guard: wmgwd2-guard is of another version than its gateway; install both of one", EX_CONFIG);
  // The file stays open: others see there what this guard is for, if it is too busy to answer.
  const struct wmg_guard_plan_header *header = guard->plan.header;
  saying_begin(header->log_style, header->utc_offset);
  if (!may_change_interfaces())
    return refuse("cannot guard: it lacks CAP_NET_ADMIN; run the gateway as root, or with it as an ambient capability",
                  EX_NOPERM);
  guard->kernel = wmg_standby_open();
  if (guard->kernel < 0) return refuse("cannot guard: no netlink socket", EX_OSERR);
  guard->timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (guard->timer < 0) return refuse("cannot guard: no timer", EX_OSERR);
  // Without it a gateway that starts cannot retire this one, and may have to end it.
  guard->listener = wmg_guard_listen();
  if (guard->listener < 0)
    say("warning", "no socket for a later gateway to find this guard", " error=\"%s\"", strerror(errno));
  fcntl(guard_ticks, F_SETFL, O_NONBLOCK);
  fcntl(guard_reports, F_SETFL, O_NONBLOCK);
  int capacity = fcntl(guard_ticks, F_GETPIPE_SZ);
  guard->pipe_capacity = capacity > 0 ? (size_t)capacity : SIZE_MAX;
  guard->table.capacity = wmg_standby_most_links;
  guard->table.links = mmap(NULL, wmg_standby_most_links * sizeof *guard->table.links, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (guard->table.links == MAP_FAILED) return refuse("cannot guard: no memory", EX_OSERR);
  // What is needed to act must be in memory when there is none left, as far as the limits allow: what one look takes now it
  // will take then.
  mlock(&__executable_start, (size_t)(&_end - &__executable_start));
  mlock(bytes, length);
  if (wmg_standby_look(guard->kernel, &guard->plan, &guard->table) == 0)
    mlock(guard->table.links, guard->table.count * sizeof *guard->table.links);
  give_up_privileges();
  guard->looks_again_at = guard->leaves_at = WMG_GUARD_NEVER;
  wmg_guard_begin(&guard->watch, header->detection_ns, header->margin_ns, header->delay_ns, guard_now());
  return 0;
}
