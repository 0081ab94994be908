// When a guard acts: what is known of its gateway, and what follows from that. No clock and no system call in it.
//
// Times are nanoseconds of CLOCK_BOOTTIME, which goes on while the machine sleeps.
#ifndef WMGWD2_GUARD_WATCH_H
#define WMGWD2_GUARD_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wmg_guard_tick_kind {
  // The gateway lives; `at` is when it last advertised, or when it was seen alive if it need not advertise.
  wmg_guard_tick_alive = 1,
  // It has made everything standby: nobody need be guarded any more.
  wmg_guard_tick_goodbye = 2,
};

// What the gateway writes to the pipe; so short that it is written whole or not at all.
struct wmg_guard_tick {
  int64_t at;
  uint16_t kind;
  // Whether there are peers that serve in the gateway's place when it dies.
  uint16_t has_company;
  uint32_t version;
};

// What the guard writes to the gateway.
enum wmg_guard_report_kind {
  wmg_guard_report_on_duty = 1,
  // It has made interfaces standby because no tick came: how many, how many not, and in how many milliseconds.
  wmg_guard_report_acted = 2,
  // Ticks have come again after that.
  wmg_guard_report_armed_again = 3,
  // No tick came, and nobody else would serve, so nothing was done.
  wmg_guard_report_left_alone = 4,
};

struct wmg_guard_report {
  uint32_t kind;
  uint32_t standby;
  uint32_t failed;
  uint32_t milliseconds;
};

#define WMG_GUARD_NEVER INT64_MAX

struct wmg_guard_watch {
  int64_t detection_ns;
  int64_t margin_ns;
  int64_t delay_ns;
  int64_t last_tick;
  // When the end of the gateway's process was seen; 0 while it runs.
  int64_t ended_at;
  bool has_company;
  bool is_over;
  // What was due is done; ticks that come again arm the guard again.
  bool has_acted;
};

// Begins at `now`, as if a tick had just come; until one says otherwise, others would serve.
void wmg_guard_begin(struct wmg_guard_watch *watch, int64_t detection_ns, int64_t margin_ns, int64_t delay_ns,
                     int64_t now);

// Takes in what was read from the pipe, whole ticks; returns whether this armed a guard again that had acted, which no tick
// does whose own deadline has passed `now`.
bool wmg_guard_take(struct wmg_guard_watch *watch, const void *bytes, size_t length, int64_t now);

// More was waiting than the pipe holds, so some may be lost: what was heard last counts from `now`.
void wmg_guard_excuse(struct wmg_guard_watch *watch, int64_t now);

// The guard should have woken up at `due`, and does so `now`: if that is much later it stood still itself, and so did the
// whole machine (a virtual machine that was moved, a suspend), perhaps with all its peers. A gateway that lives gets half
// a detection time, which is an interval at least, to say so before its silence counts.
void wmg_guard_wake(struct wmg_guard_watch *watch, int64_t due, int64_t now);

// The gateway's end of the pipe is closed.
void wmg_guard_end(struct wmg_guard_watch *watch, int64_t now);

// When interfaces have to be made standby, or the guard has to say that it leaves them; WMG_GUARD_NEVER if that is done,
// or nobody need be guarded.
int64_t wmg_guard_deadline(const struct wmg_guard_watch *watch);

// A tick as it goes through the pipe.
struct wmg_guard_tick wmg_guard_make_tick(enum wmg_guard_tick_kind kind, int64_t at, bool has_company);

#endif
