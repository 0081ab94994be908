#define _GNU_SOURCE
#include "guard_standby.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "requests.h"

enum { batch = 64, operstate_up = 6 };

// The kernel puts no more than that into one piece of a dump.
static _Alignas(struct nlmsghdr) char received[32768];
static _Alignas(struct nlmsghdr) char requests[batch * 96];
static uint32_t next_sequence = 1;

// What a link message says, as far as it matters here.
struct seen {
  struct wmg_standby_link link;
  char name[WMG_GUARD_NAME_SIZE];
  char kind[WMG_GUARD_NAME_SIZE];
};

static void copy_text(char target[WMG_GUARD_NAME_SIZE], const struct rtattr *attribute) {
  size_t length = RTA_PAYLOAD(attribute);
  if (length >= WMG_GUARD_NAME_SIZE) length = WMG_GUARD_NAME_SIZE - 1;
  memcpy(target, RTA_DATA(attribute), length);
  target[length] = 0;
}

static void see_kind(struct seen *seen, const struct rtattr *nest) {
  int length = (int)RTA_PAYLOAD(nest);
  for (const struct rtattr *item = RTA_DATA(nest); RTA_OK(item, length); item = RTA_NEXT(item, length)) {
    if (item->rta_type == IFLA_INFO_KIND) copy_text(seen->kind, item);
    if (item->rta_type == IFLA_INFO_SLAVE_KIND) {
      char kind[WMG_GUARD_NAME_SIZE];
      copy_text(kind, item);
      seen->link.is_bridge_port = strcmp(kind, "bridge") == 0;
    }
  }
}

static void see(const struct nlmsghdr *message, struct seen *seen) {
  memset(seen, 0, sizeof *seen);
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg))) return;
  const struct ifinfomsg *link = NLMSG_DATA(message);
  seen->link.index = link->ifi_index;
  bool is_elsewhere = false, is_proto_down = false, has_carrier = false;
  uint8_t operstate = 0;
  int length = (int)IFLA_PAYLOAD(message);
  for (const struct rtattr *item = IFLA_RTA(link); RTA_OK(item, length); item = RTA_NEXT(item, length)) {
    size_t size = RTA_PAYLOAD(item);
    const void *data = RTA_DATA(item);
    switch (item->rta_type & ~NLA_F_NESTED) {
    case IFLA_IFNAME: copy_text(seen->name, item); break;
    case IFLA_LINK: if (size >= 4) memcpy(&seen->link.lower, data, 4); break;
    case IFLA_LINK_NETNSID: is_elsewhere = true; break;
    case IFLA_ADDRESS: if (size == 6) memcpy(seen->link.address, data, 6); break;
    case IFLA_PROTO_DOWN: is_proto_down = size >= 1 && *(const uint8_t *)data; break;
    case IFLA_CARRIER: has_carrier = size >= 1 && *(const uint8_t *)data; break;
    case IFLA_OPERSTATE: if (size >= 1) operstate = *(const uint8_t *)data; break;
    case IFLA_LINKINFO: see_kind(seen, item); break;
    default: break;
    }
  }
  if (is_elsewhere) seen->link.lower = 0;
  // The flag alone proves nothing: a lower device that comes back lifts the carrier all the same.
  seen->link.is_silent = is_proto_down && !has_carrier && operstate != operstate_up;
}

// Calls `take` for each message of a datagram; whether nothing is left behind the last.
static bool read_each(const void *bytes, size_t count, bool (*take)(const struct nlmsghdr *, void *), void *context,
                      bool *is_done) {
  // With a sign: what is between messages is counted for the last one, too, so that less than nothing may be left.
  int left = (int)count;
  for (const struct nlmsghdr *message = bytes; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
    if (take(message, context)) *is_done = true;
  }
  return left <= 0;
}

// Receives once and calls `take` for each message. 0, or an errno: ENOBUFS when answers were lost, EMSGSIZE when one is
// cut short; what there was before has been taken then.
static int receive(int fd, bool (*take)(const struct nlmsghdr *, void *), void *context, bool *is_done) {
  ssize_t count;
  do {
    count = recv(fd, received, sizeof received, MSG_TRUNC);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
  bool is_cut = count > (ssize_t)sizeof received;
  bool is_whole = read_each(received, is_cut ? sizeof received : (size_t)count, take, context, is_done);
  return is_cut || !is_whole ? EMSGSIZE : 0;
}

static int error_of(const struct nlmsghdr *message) {
  const struct nlmsgerr *error = NLMSG_DATA(message);
  return message->nlmsg_len >= NLMSG_LENGTH(sizeof *error) ? -error->error : EPROTO;
}

// What was left by an exchange that was given up must not be taken for the next one's.
static void discard_waiting(int fd) {
  while (recv(fd, received, sizeof received, MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR) {
  }
}

struct look {
  const struct wmg_guard_plan *plan;
  struct wmg_standby_table *table;
  uint32_t sequence;
  int error;
  bool is_interrupted;
};

static bool take_look(const struct nlmsghdr *message, void *context) {
  struct look *look = context;
  if (message->nlmsg_seq != look->sequence) return false;
  if (message->nlmsg_flags & NLM_F_DUMP_INTR) look->is_interrupted = true;
  if (message->nlmsg_type == NLMSG_DONE) {
    int error = 0;
    if (message->nlmsg_len >= NLMSG_LENGTH(sizeof error)) memcpy(&error, NLMSG_DATA(message), sizeof error);
    if (error < 0) look->error = -error;
    return true;
  }
  if (message->nlmsg_type == NLMSG_ERROR) {
    look->error = error_of(message);
    return true;
  }
  if (message->nlmsg_type != RTM_NEWLINK) return false;
  struct seen seen;
  see(message, &seen);
  seen.link.is_named = wmg_guard_names(look->plan, seen.name, seen.kind);
  if (!seen.link.is_named && strcmp(seen.kind, "veth") != 0) return false;
  if (look->table->count < look->table->capacity)
    look->table->links[look->table->count++] = seen.link;
  else
    look->error = ENOSPC;
  return false;
}

static void sift(struct wmg_standby_link *links, uint32_t root, uint32_t count) {
  while (2 * root + 1 < count) {
    uint32_t child = 2 * root + 1;
    if (child + 1 < count && links[child].index < links[child + 1].index) child++;
    if (links[root].index >= links[child].index) return;
    struct wmg_standby_link held = links[root];
    links[root] = links[child];
    links[child] = held;
    root = child;
  }
}

// By index, for searching; the standard library's qsort may ask for memory.
static void sort(struct wmg_standby_link *links, uint32_t count) {
  bool is_sorted = true;
  for (uint32_t place = 1; place < count && is_sorted; place++) {
    is_sorted = links[place - 1].index <= links[place].index;
  }
  if (is_sorted) return;
  for (uint32_t root = count / 2; root-- > 0;) sift(links, root, count);
  for (uint32_t end = count; end-- > 1;) {
    struct wmg_standby_link held = links[0];
    links[0] = links[end];
    links[end] = held;
    sift(links, 0, end);
  }
}

static struct wmg_standby_link *find(const struct wmg_standby_table *table, int32_t index) {
  uint32_t low = 0, high = table->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table->links[middle].index < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low < table->count && table->links[low].index == index ? &table->links[low] : NULL;
}

int wmg_standby_read(const void *bytes, size_t length, const struct wmg_guard_plan *plan, uint32_t sequence,
                     struct wmg_standby_table *table) {
  struct look look = {.plan = plan, .table = table, .sequence = sequence};
  bool is_done = false;
  read_each(bytes, length, take_look, &look, &is_done);
  sort(table->links, table->count);
  return look.error;
}

int wmg_standby_look(int fd, const struct wmg_guard_plan *plan, struct wmg_standby_table *table) {
  // Something changed under the dump: what it may have missed is seen by another, on a host that ever rests.
  for (int attempt = 0; attempt < 4; attempt++) {
    discard_waiting(fd);
    struct look look = {.plan = plan, .table = table, .sequence = next_sequence++};
    table->count = 0;
    size_t length = wmg_standby_build_get(requests, 0, NLM_F_DUMP, look.sequence);
    if (send(fd, requests, length, 0) < 0) return -1;
    bool is_done = false;
    while (!is_done) {
      int error = receive(fd, take_look, &look, &is_done);
      if (error == 0) continue;
      look.error = error;
      // The rest of the dump is to come.
      if (error != EMSGSIZE) break;
    }
    table->error = look.error ? look.error : look.is_interrupted ? EINTR : 0;
    if (table->error != EINTR) break;
  }
  sort(table->links, table->count);
  return 0;
}

// One batch of requests: what is asked of whom, and the sequence numbers, `step` for each.
struct exchange {
  struct wmg_standby_table *table;
  struct wmg_standby_result *result;
  int32_t asked[batch];
  unsigned count;
  // How many were found to be gone.
  uint32_t gone;
  uint32_t first;
  uint32_t step;
  size_t length;
};

// Whose request this answers; 0 if it is none of this batch.
static int32_t asked_by(const struct exchange *exchange, const struct nlmsghdr *message) {
  uint32_t place = (message->nlmsg_seq - exchange->first) / exchange->step;
  return place < exchange->count ? exchange->asked[place] : 0;
}

static bool is_last(const struct exchange *exchange, const struct nlmsghdr *message) {
  return message->nlmsg_seq == exchange->first + exchange->count * exchange->step - 1;
}

static void note_error(struct wmg_standby_result *result, int error, int32_t index) {
  if (error == 0 || result->error != 0) return;
  result->error = error;
  result->error_index = index;
}

static bool take_switch(const struct nlmsghdr *message, void *context) {
  struct exchange *exchange = context;
  int32_t index = asked_by(exchange, message);
  if (index == 0) return false;
  if (message->nlmsg_type == NLMSG_ERROR) {
    int error = error_of(message);
    // One that is gone carries nothing.
    struct wmg_standby_link *gone = error == ENODEV ? find(exchange->table, index) : NULL;
    if (gone) {
      // Both requests of its pair say so.
      exchange->gone += gone->is_named;
      gone->is_named = false;
    } else {
      note_error(exchange->result, error, index);
    }
  } else if (message->nlmsg_type == RTM_NEWLINK) {
    struct seen seen;
    see(message, &seen);
    struct wmg_standby_link *link = find(exchange->table, seen.link.index);
    if (link) link->is_silent = seen.link.is_silent;
  }
  return is_last(exchange, message);
}

typedef bool taking(const struct nlmsghdr *, void *);

// Sends the batch, takes its answers, and makes room for the next.
static void perform(int fd, struct exchange *exchange, taking *take) {
  bool is_done = exchange->count == 0;
  int error = is_done || send(fd, requests, exchange->length, 0) >= 0 ? 0 : errno;
  while (!is_done && (error == 0 || error == EMSGSIZE)) {
    error = receive(fd, take, exchange, &is_done);
    note_error(exchange->result, error, 0);
  }
  if (!is_done) {
    note_error(exchange->result, error, 0);
    discard_waiting(fd);
  }
  exchange->count = 0;
  exchange->length = 0;
}

// Counts in a request that has been built behind the others; performs them when the batch is full.
static void ask(int fd, struct exchange *exchange, int32_t index, size_t length, taking *take) {
  if (exchange->count == 0) exchange->first = next_sequence;
  next_sequence += exchange->step;
  exchange->length += length;
  exchange->asked[exchange->count++] = index;
  if (exchange->count == batch) perform(fd, exchange, take);
}

static bool is_interrupted(const struct wmg_standby_table *table) {
  struct pollfd sign = {.fd = table->interruption, .events = POLLIN};
  return poll(&sign, 1, 0) > 0 && (sign.revents & POLLIN);
}

void wmg_standby_switch(int fd, struct wmg_standby_table *table, struct wmg_standby_result *result) {
  struct exchange exchange = {.table = table, .result = result, .step = 2};
  uint32_t active = 0;
  for (uint32_t place = 0; place < table->count; place++) {
    struct wmg_standby_link *link = &table->links[place];
    if (!link->is_named || link->is_silent) continue;
    active++;
    if (exchange.count + 1 == batch) result->is_interrupted = result->is_interrupted || is_interrupted(table);
    if (result->is_interrupted) continue;
    size_t length = wmg_standby_build_switch(requests + exchange.length, link->index, next_sequence);
    ask(fd, &exchange, link->index, length, take_switch);
  }
  result->is_interrupted = result->is_interrupted || is_interrupted(table);
  if (!result->is_interrupted) perform(fd, &exchange, take_switch);
  uint32_t named = 0, left = 0;
  for (uint32_t place = 0; place < table->count; place++) {
    named += table->links[place].is_named;
    if (!table->links[place].is_named || table->links[place].is_silent) continue;
    left++;
    // The first, unless there is an error, which says whose it is.
    if (result->error == 0 && result->error_index == 0) result->error_index = table->links[place].index;
  }
  result->named = named;
  result->switched += active - left - exchange.gone;
  result->failed = left;
}

static bool take_forget(const struct nlmsghdr *message, void *context) {
  struct exchange *exchange = context;
  int32_t index = asked_by(exchange, message);
  if (index == 0 || message->nlmsg_type != NLMSG_ERROR) return false;
  int error = error_of(message);
  if (error == 0) exchange->result->forgotten++;
  // The bridge did not know the MAC, or the port is gone, or no port any more.
  else if (error != ENOENT && error != ENODEV && error != EOPNOTSUPP && error != EINVAL)
    note_error(exchange->result, error, index);
  return is_last(exchange, message);
}

void wmg_standby_forget(int fd, const struct wmg_standby_table *table, struct wmg_standby_result *result) {
  struct exchange exchange = {.result = result, .step = 1};
  for (uint32_t place = 0; place < table->count; place++) {
    const struct wmg_standby_link *link = &table->links[place];
    if (!link->is_named || !link->is_silent || link->lower == 0) continue;
    const struct wmg_standby_link *outer = find(table, link->lower);
    const struct wmg_standby_link *port = outer && !outer->is_named ? find(table, outer->lower) : NULL;
    if (!port || !port->is_bridge_port) continue;
    size_t length =
        wmg_standby_build_forget(requests + exchange.length, link->address, port->index, next_sequence);
    ask(fd, &exchange, link->index, length, take_forget);
    result->ports++;
  }
  perform(fd, &exchange, take_forget);
}

void wmg_standby_make(int fd, const struct wmg_guard_plan *plan, struct wmg_standby_table *table, bool is_fresh,
                      unsigned attempts, struct wmg_standby_result *result) {
  memset(result, 0, sizeof *result);
  for (unsigned attempt = 0; attempt < attempts; attempt++) {
    result->error = 0;
    result->error_index = 0;
    if ((attempt > 0 || !is_fresh) && wmg_standby_look(fd, plan, table) < 0) {
      note_error(result, errno, 0);
      result->failed = result->failed ? result->failed : 1;
      continue;
    }
    wmg_standby_switch(fd, table, result);
    if (result->is_interrupted) return;
    result->ports = 0;
    wmg_standby_forget(fd, table, result);
    // What is known is done; what was not seen may be still to do.
    note_error(result, table->error, 0);
    if (result->error != 0 && result->failed == 0) result->failed = 1;
    if (result->failed == 0) return;
  }
}

void wmg_standby_make_and_leave(int fd, const struct wmg_guard_plan *plan, struct wmg_standby_table *table,
                                unsigned attempts, struct wmg_standby_result *result) {
  wmg_standby_make(fd, plan, table, false, attempts, result);
  if (result->ports == 0) return;
  struct timespec left = {.tv_nsec = wmg_standby_second_look_ms * 1000000};
  while (nanosleep(&left, &left) < 0 && errno == EINTR) {
  }
  struct wmg_standby_result first = *result;
  wmg_standby_make(fd, plan, table, false, attempts, result);
  result->switched += first.switched;
  result->forgotten += first.forgotten;
}
