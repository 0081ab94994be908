// What a guard is told: which interfaces, and how long to wait. One block of memory, so that it can be a file in memory
// that the guard maps and never copies: all 16,777,215 VNIs are one range.
#ifndef WMGWD2_GUARD_PLAN_H
#define WMGWD2_GUARD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WMG_GUARD_MAGIC "wmgguard"
#define WMG_GUARD_VERSION 1
// With the NUL, as the kernel has it (IFNAMSIZ).
#define WMG_GUARD_NAME_SIZE 16

enum wmg_guard_log_style {
  wmg_guard_log_logfmt,
  wmg_guard_log_terminal,
  wmg_guard_log_colour,
};

struct wmg_guard_plan_header {
  char magic[8];
  uint32_t version;
  uint32_t group_count;
  uint32_t range_count;
  // The gateway's process.
  int32_t gateway;
  int64_t detection_ns;
  // How long after the detection time the guard acts: by then the peers have taken over.
  int64_t margin_ns;
  // How long after the end of the gateway's process it acts, if that is earlier; negative: that shortens nothing.
  int64_t delay_ns;
  // For the time of day in log lines at a terminal.
  int32_t utc_offset;
  uint32_t log_style;
};

// Interfaces named by a number between prefix and suffix; without ranges, the one that is named by the prefix.
struct wmg_guard_group {
  char prefix[WMG_GUARD_NAME_SIZE];
  char suffix[WMG_GUARD_NAME_SIZE];
  // Only interfaces of this kind (IFLA_INFO_KIND); empty is any.
  char kind[WMG_GUARD_NAME_SIZE];
  uint32_t first_range;
  uint32_t range_count;
};

// Ascending within a group; both ends are in it.
struct wmg_guard_range {
  uint32_t low;
  uint32_t high;
};

struct wmg_guard_plan {
  const struct wmg_guard_plan_header *header;
  const struct wmg_guard_group *groups;
  const struct wmg_guard_range *ranges;
};

// Header, groups and ranges, one after the other; whether they are what they should be.
bool wmg_guard_read_plan(const void *bytes, size_t length, struct wmg_guard_plan *plan);

// Whether the plan names an interface of this kind.
bool wmg_guard_names(const struct wmg_guard_plan *plan, const char *name, const char *kind);

// Whether two plans name an interface in common. Groups with different affixes count as different.
bool wmg_guard_plans_overlap(const struct wmg_guard_plan *one, const struct wmg_guard_plan *other);

#endif
