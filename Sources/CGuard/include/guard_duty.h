// How others find a guard and talk to it: an abstract socket per guard, which is where the interfaces are, in the network
// namespace. Only root and the guard's own user are answered. Root believes every guard that may change interfaces, others
// those of root and of their own user.
#ifndef WMGWD2_GUARD_DUTY_H
#define WMGWD2_GUARD_DUTY_H

#include <stdbool.h>
#include <stdint.h>

// Followed by the guard's process ID, and by a dot and a number where another PID namespace has the same one.
#define WMG_GUARD_SOCKET_PREFIX "wmgwd2-guard."
// What a file is called in which a plan is, and as which descriptor a guard keeps it open, so that others can see what it
// guards even when it does not answer.
#define WMG_GUARD_PLAN_NAME "guard-plan"
#define WMG_GUARD_PLAN_FILE 3

enum wmg_guard_request_kind {
  // Which of these interfaces do you guard, and what will you do?
  wmg_guard_ask = 1,
  // A gateway starts that manages these interfaces: if yours has ended, finish and go.
  wmg_guard_retire = 2,
};

enum wmg_guard_verdict {
  // It has none of these interfaces.
  wmg_guard_has_none = 1,
  // Its gateway's process runs.
  wmg_guard_gateway_runs = 2,
  // Its gateway has ended, and it will make the interfaces standby.
  wmg_guard_will_act = 3,
  // Its gateway has ended and was alone: it will leave the interfaces as they are.
  wmg_guard_leaves_alone = 4,
  // It has made them standby, as far as they were to be, and ends now.
  wmg_guard_retires = 5,
};

struct wmg_guard_request {
  uint32_t version;
  uint32_t kind;
};

struct wmg_guard_answer {
  uint32_t version;
  uint32_t verdict;
  // The gateway's process ID.
  int32_t gateway;
  // How many interfaces it has made standby for this request.
  uint32_t switched;
  uint32_t failed;
  uint32_t reserved;
  // How long until it acts.
  int64_t acts_in_ns;
};

// The socket on which this process is found; -1 and errno if there is none to be had.
int wmg_guard_listen(void);

// One who asks and may: its connection, its request, and the plan that it has sent along as a file in memory, which is
// the caller's to close. -1 if there is nobody, or who asks may not, or does not say it within 100 ms.
int wmg_guard_accept(int listener, struct wmg_guard_request *request, int *plan);

// Answers, and closes the connection.
void wmg_guard_answer(int connection, const struct wmg_guard_answer *answer);

// Asks the guard at this abstract name (without the leading NUL), and waits for its answer.
//
// `plan` is a descriptor of a file in memory. 0; or -1 and errno, and `guard` tells two cases apart:
// - 0: nobody is there, or nobody to be believed, or one who takes no calls (EAGAIN), or one whose own plan has none of the
//   interfaces;
// - its process ID: it is there and could not be talked to, as when it does not answer (ETIMEDOUT), is of another version
//   (EPROTO), or ends meanwhile (ECONNRESET).
int wmg_guard_call(const char *name, enum wmg_guard_request_kind kind, int plan, int milliseconds,
                   struct wmg_guard_answer *answer, int32_t *guard);

// Ends a guard that does not answer any more: only if the process is a program of this name, is believed, and its plan can
// be read, which `wmg_guard_call` has compared: it may be busy for another gateway. 0 when it has ended within 500 ms, or
// -1 and errno.
int wmg_guard_kill(int32_t guard, const char *program);

// Whether a guard's plan, the file that it keeps open, names an interface that this one names: 1, 0, or -1 and errno where
// one of them cannot be read.
int wmg_guard_is_concerned(int32_t guard, int plan);

// A file in memory that cannot be changed any more; -1 and errno.
int wmg_guard_seal(const void *bytes, uint64_t length);

// Maps such a file; NULL if it is none, or may still change.
const void *wmg_guard_map(int descriptor, uint64_t *length);

#endif
