// Tries a library where it can do no harm; for the daemon's loader, not for plugins.
#ifndef WMGWD2_LIBRARY_PROBE_H
#define WMGWD2_LIBRARY_PROBE_H

// How a trial ended.
enum {
  WMG_PROBE_SURVIVED, // whatever else may be wrong with the library, the caller can find out by itself
  WMG_PROBE_CRASHED,  // by the signal in `detail`
  WMG_PROBE_HANGS,    // it was ended after `seconds`
  WMG_PROBE_EXITED,   // it ended the process, with the code in `detail`
  WMG_PROBE_FAILED    // no child process could be made: errno is in `detail`
};

// Loads the library at `path` in a child process, asks it for its tables and looks at all that the loader will read.
int wmg_probe_library(const char *path, unsigned seconds, int *detail);

// Looks at all of a library's tables that the loader will read.
struct wmgwd2_library;
void wmg_look_at_tables(const struct wmgwd2_library *library);

#endif
