// Making interfaces standby: protodown on, operational state settled, and bridges behind a veth made to forget the MACs.
#ifndef WMGWD2_GUARD_STANDBY_H
#define WMGWD2_GUARD_STANDBY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guard_plan.h"

// What is kept of an interface: those that the plan names, and all veths.
struct wmg_standby_link {
  int32_t index;
  // The lower device or a veth's peer; 0 if there is none in this namespace.
  int32_t lower;
  uint8_t address[6];
  bool is_named;
  bool is_silent;
  bool is_bridge_port;
};

// How many links a table holds that is made for any host; memory that is not touched costs nothing.
enum { wmg_standby_most_links = 1 << 20 };

// How long after it was done it is looked at a second time.
enum { wmg_standby_second_look_ms = 150 };

// What one look has found. The memory is the caller's; `capacity` links fit.
struct wmg_standby_table {
  struct wmg_standby_link *links;
  uint32_t capacity;
  uint32_t count;
  // When this descriptor can be read, nothing more is switched: the gateway is back, which may be while the kernel's lock
  // is waited for. -1 is none.
  int interruption;
  // Why the look may have missed some, an errno, or 0: EINTR when interfaces changed under each of its dumps, ENOSPC when
  // there are more than fit, EMSGSIZE when one has more to say than fits.
  int32_t error;
};

struct wmg_standby_result {
  // Interfaces that the plan names and that are there.
  uint32_t named;
  // Of them, those that were made standby now, and those that are not; the latter at least 1 when there was an error, as
  // there may be more than is known, or a bridge has not forgotten.
  uint32_t switched;
  uint32_t failed;
  // Entries that bridges were made to forget, and of how many bridge ports that was asked.
  uint32_t forgotten;
  bool is_interrupted;
  uint32_t ports;
  // The first error, an errno, and whose: the interface's index, or 0 if it is no one's. Without an error the index is of
  // the first that does not follow protodown, or 0.
  int32_t error;
  int32_t error_index;
};

// A socket to the kernel in the network namespace of the calling thread; -1 and errno if there is none.
int wmg_standby_open(void);

// Looks at all interfaces once. 0, and what may be missing is told by the table; or -1 and errno when the kernel cannot be
// asked.
int wmg_standby_look(int socket, const struct wmg_guard_plan *plan, struct wmg_standby_table *table);

// Reads a datagram of the kernel's as an answer to the look of that number, into the table; 0, or an errno that it tells.
int wmg_standby_read(const void *bytes, size_t length, const struct wmg_guard_plan *plan, uint32_t sequence,
                     struct wmg_standby_table *table);

// Makes standby what the table says is named and not silent, 64 interfaces per message, and adds to the result.
void wmg_standby_switch(int socket, struct wmg_standby_table *table, struct wmg_standby_result *result);

// Makes bridges forget the MACs of all that is named and silent, over a veth whose other end is their port.
void wmg_standby_forget(int socket, const struct wmg_standby_table *table, struct wmg_standby_result *result);

// All three, and again while something fails, `attempts` times at most. A table that was looked at just now is not
// looked at anew the first time.
void wmg_standby_make(int socket, const struct wmg_guard_plan *plan, struct wmg_standby_table *table, bool is_fresh,
                      unsigned attempts, struct wmg_standby_result *result);

// As above, and where bridges had to forget, all of it once more a second look later, for one who does not stay to look
// again: a frame that was under way may have taught a bridge the MAC anew.
void wmg_standby_make_and_leave(int socket, const struct wmg_guard_plan *plan, struct wmg_standby_table *table,
                                unsigned attempts, struct wmg_standby_result *result);

// The requests of `wmg_standby_switch` for one interface, as they go to the kernel; returns their length, at most 96.
size_t wmg_standby_build_switch(void *buffer, int32_t index, uint32_t sequence);

// The request of `wmg_standby_forget`; returns its length, at most 48.
size_t wmg_standby_build_forget(void *buffer, const uint8_t address[6], int32_t port, uint32_t sequence);

#endif
