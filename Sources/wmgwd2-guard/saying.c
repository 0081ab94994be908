#define _GNU_SOURCE
#include "saying.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "CGuard.h"

static uint32_t log_style;
static int32_t log_offset;

void saying_begin(uint32_t style, int32_t utc_offset) {
  log_style = style;
  log_offset = utc_offset;
}

// Days since 1970-01-01 as a date (H. Hinnant, "chrono-compatible low-level date algorithms"); the library's own
// functions would look for the file of a time zone.
static void date_of(int64_t days, int *year, int *month, int *day) {
  days += 719468;
  int64_t era = days / 146097, of_era = days - era * 146097;
  int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * of_year + 2) / 153;
  *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
  *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
  *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

static const char *colour_of(const char *level) {
  return strcmp(level, "notice") == 0 ? "32" : strcmp(level, "warning") == 0 ? "33" : "31";
}

void say(const char *level, const char *message, const char *fields, ...) {
  char line[1024], rest[512];
  va_list values;
  va_start(values, fields);
  vsnprintf(rest, sizeof rest, fields, values);
  va_end(values);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  int milliseconds = (int)(now.tv_nsec / 1000000);
  int64_t second = now.tv_sec + (log_style == wmg_guard_log_logfmt ? 0 : log_offset);
  int of_day = (int)(second % 86400);
  int length;
  if (log_style == wmg_guard_log_logfmt) {
    int year, month, day;
    date_of(second / 86400, &year, &month, &day);
    length = snprintf(line, sizeof line,
                      "ts=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ level=%s component=guard msg=\"%s\"%s\n", year, month,
                      day, of_day / 3600, of_day / 60 % 60, of_day % 60, milliseconds, level, message, rest);
  } else {
    const char *shown = strcmp(level, "warning") == 0 ? "warn" : level;
    const char *before = log_style == wmg_guard_log_colour ? "\033[" : "";
    const char *colour = log_style == wmg_guard_log_colour ? colour_of(level) : "";
    const char *begin = log_style == wmg_guard_log_colour ? "m" : "";
    const char *end = log_style == wmg_guard_log_colour ? "\033[0m" : "";
    length = snprintf(line, sizeof line, "%02d:%02d:%02d.%03d %s%s%s%-6s%s guard: %s%s\n", of_day / 3600,
                      of_day / 60 % 60, of_day % 60, milliseconds, before, colour, begin, shown, end, message, rest);
  }
  if (length < 0) return;
  if (length >= (int)sizeof line) length = (int)sizeof line - 1;
  // A terminal that is held, or a pipe that nobody reads, must not hold the guard; a file it cannot ask so.
  struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&room, 1, 0) > 0 && (room.revents & POLLOUT)) (void)!write(STDERR_FILENO, line, (size_t)length);
}
