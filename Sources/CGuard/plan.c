#include "guard_plan.h"

#include <string.h>

static bool is_text(const char text[WMG_GUARD_NAME_SIZE]) {
  return memchr(text, 0, WMG_GUARD_NAME_SIZE) != NULL;
}

static bool is_sound(const struct wmg_guard_plan *plan, const struct wmg_guard_group *group) {
  if (!is_text(group->prefix) || !is_text(group->suffix) || !is_text(group->kind)) return false;
  uint64_t end = (uint64_t)group->first_range + group->range_count;
  if (end > plan->header->range_count) return false;
  for (uint64_t place = group->first_range; place < end; place++) {
    const struct wmg_guard_range *range = &plan->ranges[place];
    if (range->low > range->high) return false;
    if (place > group->first_range && plan->ranges[place - 1].high >= range->low) return false;
  }
  return true;
}

bool wmg_guard_read_plan(const void *bytes, size_t length, struct wmg_guard_plan *plan) {
  const struct wmg_guard_plan_header *header = bytes;
  if (length < sizeof *header || memcmp(header->magic, WMG_GUARD_MAGIC, sizeof header->magic) != 0 ||
      header->version != WMG_GUARD_VERSION)
    return false;
  uint64_t needed = sizeof *header + (uint64_t)header->group_count * sizeof(struct wmg_guard_group) +
                    (uint64_t)header->range_count * sizeof(struct wmg_guard_range);
  if (needed != length || header->detection_ns <= 0 || header->margin_ns < 0) return false;
  // Centuries; sums of these do not overflow.
  int64_t longest = INT64_MAX / 8;
  if (header->detection_ns > longest || header->margin_ns > longest || header->delay_ns > longest) return false;
  plan->header = header;
  plan->groups = (const void *)(header + 1);
  plan->ranges = (const void *)(plan->groups + header->group_count);
  for (uint32_t place = 0; place < header->group_count; place++) {
    if (!is_sound(plan, &plan->groups[place])) return false;
  }
  return true;
}

// The number between prefix and suffix, as it is written without leading zeros; -1 if there is none.
static int64_t number_in(const char *name, const struct wmg_guard_group *group) {
  size_t length = strlen(name), before = strlen(group->prefix), after = strlen(group->suffix);
  if (length <= before + after || memcmp(name, group->prefix, before) != 0 ||
      memcmp(name + length - after, group->suffix, after) != 0)
    return -1;
  const char *digits = name + before;
  size_t count = length - before - after;
  if (count > 9 || (digits[0] == '0' && count > 1)) return -1;
  int64_t number = 0;
  for (size_t place = 0; place < count; place++) {
    if (digits[place] < '0' || digits[place] > '9') return -1;
    number = number * 10 + digits[place] - '0';
  }
  return number;
}

static bool has_number(const struct wmg_guard_plan *plan, const struct wmg_guard_group *group, int64_t number) {
  const struct wmg_guard_range *ranges = plan->ranges + group->first_range;
  uint32_t low = 0, high = group->range_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (ranges[middle].high < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low < group->range_count && ranges[low].low <= number;
}

bool wmg_guard_names(const struct wmg_guard_plan *plan, const char *name, const char *kind) {
  for (uint32_t place = 0; place < plan->header->group_count; place++) {
    const struct wmg_guard_group *group = &plan->groups[place];
    if (group->kind[0] && strcmp(group->kind, kind) != 0) continue;
    if (group->range_count == 0) {
      if (strcmp(group->prefix, name) == 0) return true;
      continue;
    }
    int64_t number = number_in(name, group);
    if (number >= 0 && has_number(plan, group, number)) return true;
  }
  return false;
}

static bool share_a_number(const struct wmg_guard_plan *one, const struct wmg_guard_group *ours,
                           const struct wmg_guard_plan *other, const struct wmg_guard_group *theirs) {
  const struct wmg_guard_range *left = one->ranges + ours->first_range, *left_end = left + ours->range_count;
  const struct wmg_guard_range *right = other->ranges + theirs->first_range, *right_end = right + theirs->range_count;
  while (left < left_end && right < right_end) {
    if (left->high < right->low)
      left++;
    else if (right->high < left->low)
      right++;
    else
      return true;
  }
  return false;
}

static bool names_single(const struct wmg_guard_plan *plan, const struct wmg_guard_group *group,
                         const struct wmg_guard_group *single) {
  if (group->range_count == 0) return strcmp(group->prefix, single->prefix) == 0;
  int64_t number = number_in(single->prefix, group);
  return number >= 0 && has_number(plan, group, number);
}

bool wmg_guard_plans_overlap(const struct wmg_guard_plan *one, const struct wmg_guard_plan *other) {
  for (uint32_t mine = 0; mine < one->header->group_count; mine++) {
    const struct wmg_guard_group *ours = &one->groups[mine];
    for (uint32_t yours = 0; yours < other->header->group_count; yours++) {
      const struct wmg_guard_group *theirs = &other->groups[yours];
      if (theirs->range_count == 0) {
        if (names_single(one, ours, theirs)) return true;
      } else if (ours->range_count == 0) {
        if (names_single(other, theirs, ours)) return true;
      } else if (strcmp(ours->prefix, theirs->prefix) == 0 && strcmp(ours->suffix, theirs->suffix) == 0 &&
                 share_a_number(one, ours, other, theirs)) {
        return true;
      }
    }
  }
  return false;
}
