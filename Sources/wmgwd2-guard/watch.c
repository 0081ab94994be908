#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "guard.h"
#include "saying.h"

#define MILLISECONDS INT64_C(1000000)

enum {
  // Before the deadline interfaces are looked at already, so that at the deadline they need only be switched.
  look_ahead_ms = 50,
  retry_ms = 1000,
  most_retries = 10,
  // For how long a guard that leaves the interfaces of a lonely gateway stays, to say so to whoever would change them.
  linger_ms = 5000,
};

static void report(enum wmg_guard_report_kind kind, const struct wmg_standby_result *result, int64_t since) {
  struct wmg_guard_report report = {.kind = (uint32_t)kind};
  if (result) {
    report.standby = result->switched;
    report.failed = result->failed;
    report.milliseconds = (uint32_t)((guard_now() - since) / MILLISECONDS);
  }
  (void)!write(guard_reports, &report, sizeof report);
}

static void leave_alone(struct guard *guard) {
  guard->watch.has_acted = true;
  if (guard->watch.ended_at != 0) {
    say("notice", "the gateway has ended and was alone: its interfaces stay as they are", " gateway=%d",
        guard->plan.header->gateway);
    guard->leaves_at = guard->watch.ended_at + linger_ms * MILLISECONDS;
  } else {
    say("warning", "the gateway is silent and was alone: its interfaces stay as they are", " gateway=%d",
        guard->plan.header->gateway);
    report(wmg_guard_report_left_alone, NULL, 0);
  }
}

// Makes everything standby that is not, and says what came of it.
static void make_standby(struct guard *guard, unsigned attempts) {
  int64_t begin = guard_now();
  struct wmg_standby_result result;
  guard->table.interruption = guard->watch.ended_at == 0 ? guard_ticks : -1;
  wmg_standby_make(guard->kernel, &guard->plan, &guard->table, guard->has_looked, attempts, &result);
  guard->has_looked = false;
  if (result.is_interrupted) result.failed = 0;
  bool is_first = !guard->watch.has_acted;
  if (is_first && result.is_interrupted) {
    // By a tick that is read next; one that comes too late leaves the deadline where it is.
    say("notice", "a tick came before everything was standby", " gateway=%d standby=%u of=%u",
        guard->plan.header->gateway, result.switched, result.named);
    return;
  }
  guard->watch.has_acted = true;
  if (is_first) {
    report(wmg_guard_report_acted, &result, begin);
    say("warning", "no advertisement for a detection time: interfaces are standby now",
        " gateway=%d reason=%s standby=%u of=%u forgotten=%u silent=%lldms took=%lldms", guard->plan.header->gateway,
        guard->watch.ended_at != 0 ? "ended" : "silent", result.switched, result.named, result.forgotten,
        (long long)((begin - guard->watch.last_tick) / MILLISECONDS),
        (long long)((guard_now() - begin) / MILLISECONDS));
    guard->looks_left = most_retries;
  } else if (result.switched > 0) {
    say("warning", "interfaces had come up again: standby now", " standby=%u", result.switched);
  }
  // Said once, not with every look.
  bool is_said = !is_first && result.failed == guard->failed;
  guard->failed = result.failed;
  if (result.failed > 0 && !is_said) {
    say("error", "interfaces cannot be made standby: two gateways may serve", " failed=%u interface=%d error=\"%s\"",
        result.failed, result.error_index, result.error ? strerror(result.error) : "they do not follow protodown");
  }
  // A frame that was under way may have taught a bridge the MAC again, and an interface may have been made anew.
  int64_t pause = is_first ? wmg_standby_second_look_ms : retry_ms;
  // While the gateway hangs nobody else sees to it that they stay down: protodown does not, when a lower device comes back.
  bool is_due = is_first || guard->watch.ended_at == 0 || (result.failed > 0 && guard->looks_left-- > 0);
  guard->looks_again_at = is_due ? guard_now() + pause * MILLISECONDS : WMG_GUARD_NEVER;
  if (!is_due && guard->watch.ended_at != 0) guard->leaves_at = guard_now();
}

static void act(struct guard *guard) {
  if (!guard->watch.has_company)
    leave_alone(guard);
  else
    make_standby(guard, 3);
}

static void take_ticks(struct guard *guard) {
  if (guard->watch.ended_at != 0) return;
  char bytes[256 * sizeof(struct wmg_guard_tick)];
  size_t total = 0;
  for (;;) {
    ssize_t count = read(guard_ticks, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) {
      wmg_guard_end(&guard->watch, guard_now());
      break;
    }
    if (count < 0) break;
    total += (size_t)count;
    if (wmg_guard_take(&guard->watch, bytes, (size_t)count, guard_now())) {
      guard->looks_again_at = WMG_GUARD_NEVER;
      say("notice", "the gateway is back: on guard again", " gateway=%d", guard->plan.header->gateway);
      report(wmg_guard_report_armed_again, NULL, 0);
    }
    guard->has_looked = false;
  }
  if (guard->watch.ended_at == 0 && total >= guard->pipe_capacity - sizeof(struct wmg_guard_tick))
    wmg_guard_excuse(&guard->watch, guard_now());
  if (guard->watch.ended_at == 0 || guard->watch.is_over) return;
  if (!guard->watch.has_company && guard->leaves_at == WMG_GUARD_NEVER)
    leave_alone(guard);
  else if (guard->watch.has_acted && guard->looks_again_at == WMG_GUARD_NEVER && guard->leaves_at == WMG_GUARD_NEVER)
    guard->looks_again_at = guard_now();
}

// Answers one who asks; returns whether this guard is to go.
static bool take_request(struct guard *guard) {
  struct wmg_guard_request request;
  int file = -1;
  int connection = wmg_guard_accept(guard->listener, &request, &file);
  if (connection < 0) return false;
  // Whether the gateway has ended is known by the pipe.
  take_ticks(guard);
  struct wmg_guard_answer answer = {.version = WMG_GUARD_VERSION,
                                    .verdict = wmg_guard_has_none,
                                    .gateway = guard->plan.header->gateway};
  uint64_t length = 0;
  struct wmg_guard_plan theirs;
  const void *bytes = wmg_guard_map(file, &length);
  bool overlaps = bytes && wmg_guard_read_plan(bytes, length, &theirs) && wmg_guard_plans_overlap(&guard->plan, &theirs);
  if (bytes) munmap((void *)bytes, length);
  close(file);
  bool retires = false;
  if (overlaps && guard->watch.ended_at == 0) {
    answer.verdict = wmg_guard_gateway_runs;
  } else if (overlaps && request.kind == wmg_guard_retire) {
    if (guard->watch.has_company) {
      struct wmg_standby_result result;
      guard->table.interruption = -1;
      wmg_standby_make_and_leave(guard->kernel, &guard->plan, &guard->table, 2, &result);
      answer.switched = result.switched;
      answer.failed = result.failed;
    }
    answer.verdict = wmg_guard_retires;
    retires = true;
  } else if (overlaps) {
    answer.verdict = guard->watch.has_company ? wmg_guard_will_act : wmg_guard_leaves_alone;
  }
  int64_t deadline = wmg_guard_deadline(&guard->watch), now = guard_now();
  if (deadline != WMG_GUARD_NEVER && deadline > now) answer.acts_in_ns = deadline - now;
  wmg_guard_answer(connection, &answer);
  if (retires) say("notice", "retired for a gateway that starts", " gateway=%d", guard->plan.header->gateway);
  return retires;
}

static void arm(const struct guard *guard, int64_t at) {
  struct itimerspec setting = {0};
  if (at != WMG_GUARD_NEVER) {
    if (at < 1) at = 1;
    setting.it_value.tv_sec = at / 1000000000;
    setting.it_value.tv_nsec = at % 1000000000;
  }
  timerfd_settime(guard->timer, TFD_TIMER_ABSTIME, &setting, NULL);
}

static int64_t earlier(int64_t one, int64_t other) { return one < other ? one : other; }

int guard_watch(struct guard *guard) {
  report(wmg_guard_report_on_duty, NULL, 0);
  for (;;) {
    take_ticks(guard);
    if (guard->watch.is_over) return 0;
    int64_t now = guard_now(), deadline = wmg_guard_deadline(&guard->watch);
    if (now >= deadline) {
      act(guard);
      continue;
    }
    if (now >= guard->looks_again_at) {
      make_standby(guard, 1);
      continue;
    }
    if (now >= guard->leaves_at) return 0;
    int64_t next = earlier(deadline, earlier(guard->looks_again_at, guard->leaves_at));
    if (deadline != WMG_GUARD_NEVER && guard->watch.has_company && !guard->has_looked) {
      int64_t ahead = deadline - look_ahead_ms * MILLISECONDS;
      if (now >= ahead) {
        guard->has_looked = wmg_standby_look(guard->kernel, &guard->plan, &guard->table) == 0 &&
                            guard->table.error == 0;
        // A look that took longer, as when the kernel's lock is held, is not a machine that stood still.
        if (guard_now() >= deadline) continue;
      } else {
        next = earlier(next, ahead);
      }
    }
    arm(guard, next);
    struct pollfd waiting[] = {
        {.fd = guard->timer, .events = POLLIN},
        {.fd = guard->listener, .events = POLLIN},
        {.fd = guard->watch.ended_at == 0 ? guard_ticks : -1, .events = POLLIN},
    };
    int ready = poll(waiting, 3, -1);
    // That its gateway has ended it would see by the pipe, and nobody would be excused.
    if (!(waiting[2].revents & POLLHUP)) wmg_guard_wake(&guard->watch, next, guard_now());
    if (ready < 0) continue;
    uint64_t expirations;
    if (waiting[0].revents) (void)!read(guard->timer, &expirations, sizeof expirations);
    if (waiting[1].revents && take_request(guard)) return 0;
  }
}
