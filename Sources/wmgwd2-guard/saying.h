// The guard's few log lines, as its gateway writes them. A line that a terminal or a pipe has no room for is dropped. A
// file always has room, and on a disk that hangs holds whoever writes to it, which is why a line is written only after
// what it tells of is done.
#ifndef WMGWD2_GUARD_SAYING_H
#define WMGWD2_GUARD_SAYING_H

#include <stdint.h>

// How lines look from now on: `style` is an enum wmg_guard_log_style.
void saying_begin(uint32_t style, int32_t utc_offset);

// One line. `fields` is ` name=value …` with a space before each, or empty, made as printf does.
void say(const char *level, const char *message, const char *fields, ...) __attribute__((format(printf, 3, 4)));

#endif
