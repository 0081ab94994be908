// The guard of a gateway (docs/OPERATIONS.md, "When a gateway dies"): a process of its own that makes the gateway's
// interfaces standby when the gateway has not said for a detection time that it lives. By then its peers serve.
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "guard.h"

int main(int count, char **arguments) {
  // Its gateway says which process it is, for those who look at a list of processes.
  if (count != 3 || strcmp(arguments[1], "--gateway") != 0) {
    fputs("wmgwd2-guard: started by wmgwd2 for itself, with what to guard; see wmgwd2(8)\n", stderr);
    return EX_USAGE;
  }
  static struct guard guard;
  int code = guard_prepare(&guard);
  return code != 0 ? code : guard_watch(&guard);
}
