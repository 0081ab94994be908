// One guard: what it knows, and what it holds open. Everything is got before the watch begins.
#ifndef WMGWD2_GUARD_GUARD_H
#define WMGWD2_GUARD_GUARD_H

#include "CGuard.h"

// Where the gateway has put things.
enum {
  guard_ticks = 0,
  guard_reports = 1,
  guard_plan_file = WMG_GUARD_PLAN_FILE,
};

struct guard {
  struct wmg_guard_plan plan;
  struct wmg_guard_watch watch;
  struct wmg_standby_table table;
  // How many bytes of ticks the gateway's pipe holds; see `wmg_guard_excuse`.
  size_t pipe_capacity;
  int kernel;
  int listener;
  int timer;
  // The table is as the interfaces were a moment ago.
  bool has_looked;
  // When it looks again at what it has done, WMG_GUARD_NEVER; how often it will yet after the gateway has ended, if
  // something failed; and how many interfaces the last look found that could not be made standby.
  int64_t looks_again_at;
  int looks_left;
  uint32_t failed;
  // When it ends, its gateway having ended; WMG_GUARD_NEVER.
  int64_t leaves_at;
};

// Opens everything. 0, or an exit code; what is wrong has been said.
int guard_prepare(struct guard *guard);

// Watches until there is nothing to guard any more; returns the exit code.
int guard_watch(struct guard *guard);

// CLOCK_BOOTTIME, in nanoseconds.
int64_t guard_now(void);

#endif
