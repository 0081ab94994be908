#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int wmg_set_capabilities(uint64_t set) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
    uint32_t bits = (uint32_t)(set >> (32 * half));
    data[half] = (struct __user_cap_data_struct){.effective = bits, .permitted = bits, .inheritable = bits};
  }
  return (int)syscall(SYS_capset, &header, data);
}

int wmg_bound_capabilities(uint64_t kept) {
  // The first that the kernel does not know ends the list.
  for (int capability = 0; capability < 64; capability++) {
    int is_there = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    if (is_there < 0) break;
    if (!is_there || (kept >> capability & 1)) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
  }
  return 0;
}

int wmg_set_ambient_capabilities(uint64_t set) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return -1;
  for (int capability = 0; capability < 64; capability++) {
    if ((set >> capability & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) return -1;
  }
  return 0;
}

int wmg_keep_capabilities(int keeps) { return prctl(PR_SET_KEEPCAPS, keeps, 0, 0, 0); }

int wmg_refuse_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int wmg_allow_tracing(void) { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }
