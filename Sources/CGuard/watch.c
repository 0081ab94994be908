#include "guard_watch.h"

#include <string.h>

#include "guard_plan.h"

void wmg_guard_begin(struct wmg_guard_watch *watch, int64_t detection_ns, int64_t margin_ns, int64_t delay_ns,
                     int64_t now) {
  *watch = (struct wmg_guard_watch){.detection_ns = detection_ns,
                                    .margin_ns = margin_ns,
                                    .delay_ns = delay_ns,
                                    .last_tick = now,
                                    .has_company = true};
}

bool wmg_guard_take(struct wmg_guard_watch *watch, const void *bytes, size_t length, int64_t now) {
  bool had_acted = watch->has_acted;
  for (size_t place = 0; place + sizeof(struct wmg_guard_tick) <= length; place += sizeof(struct wmg_guard_tick)) {
    struct wmg_guard_tick tick;
    memcpy(&tick, (const char *)bytes + place, sizeof tick);
    if (tick.version != WMG_GUARD_VERSION) continue;
    if (tick.kind == wmg_guard_tick_goodbye) watch->is_over = true;
    if (tick.kind != wmg_guard_tick_alive) continue;
    watch->has_company = tick.has_company;
    if (tick.at <= watch->last_tick) continue;
    watch->last_tick = tick.at;
    // One whose own deadline has passed was under way all that time, and says nothing of now.
    if (now < tick.at + watch->detection_ns + watch->margin_ns) watch->has_acted = false;
  }
  return had_acted && !watch->has_acted;
}

void wmg_guard_excuse(struct wmg_guard_watch *watch, int64_t now) {
  if (now > watch->last_tick) watch->last_tick = now;
}

void wmg_guard_wake(struct wmg_guard_watch *watch, int64_t due, int64_t now) {
  int64_t lateness = watch->detection_ns / 4 > 200000000 ? watch->detection_ns / 4 : 200000000;
  if (watch->ended_at != 0 || due == WMG_GUARD_NEVER || now - due < lateness) return;
  wmg_guard_excuse(watch, now - watch->detection_ns / 2);
}

void wmg_guard_end(struct wmg_guard_watch *watch, int64_t now) {
  if (watch->ended_at == 0) watch->ended_at = now;
}

int64_t wmg_guard_deadline(const struct wmg_guard_watch *watch) {
  if (watch->is_over || watch->has_acted) return WMG_GUARD_NEVER;
  int64_t wait = watch->detection_ns + watch->margin_ns, deadline = WMG_GUARD_NEVER - 1;
  if (watch->last_tick < deadline - wait) deadline = watch->last_tick + wait;
  if (watch->ended_at != 0 && watch->delay_ns >= 0) {
    int64_t hastened = watch->ended_at + watch->delay_ns;
    if (hastened < deadline) deadline = hastened;
  }
  return deadline;
}

struct wmg_guard_tick wmg_guard_make_tick(enum wmg_guard_tick_kind kind, int64_t at, bool has_company) {
  return (struct wmg_guard_tick){
      .at = at, .kind = (uint16_t)kind, .has_company = has_company, .version = WMG_GUARD_VERSION};
}
