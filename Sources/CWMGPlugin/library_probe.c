#define _GNU_SOURCE
#include "include/library_probe.h"

#include <CLinux.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wmgwd2_plugin.h>

static volatile size_t seen;

static void look(const char *text) {
  if (text) seen += strnlen(text, 65536);
}

// Reads a table as the loader does: what it has less than this program knows is zero, what it has more is left out.
static int take(void *ours, size_t our_size, const void *theirs, size_t their_size, size_t least) {
  memset(ours, 0, our_size);
  if (their_size < least) return 0;
  memcpy(ours, theirs, their_size < our_size ? their_size : our_size);
  return 1;
}

static uint32_t size_at_start(const void *table) {
  uint32_t size;
  memcpy(&size, table, sizeof size);
  return size;
}

#define TAKE(ours, theirs, least) take(&(ours), sizeof(ours), theirs, size_at_start(theirs), least)

static void look_at_plugin(const wmgwd2_plugin *declared) {
  wmgwd2_plugin plugin;
  if (!declared || !TAKE(plugin, declared, WMGWD2_PLUGIN_SIZE_1)) return;
  look(plugin.name);
  look(plugin.version);
  look(plugin.summary);
  look(plugin.details);
  wmgwd2_strategy strategy;
  if (plugin.strategy && TAKE(strategy, plugin.strategy, WMGWD2_STRATEGY_SIZE_1)) {
    look(strategy.cost);
    look(strategy.memory);
  }
  wmgwd2_effector effector;
  if (plugin.effector) seen += (size_t)TAKE(effector, plugin.effector, WMGWD2_EFFECTOR_SIZE_1);
  wmgwd2_discovery discovery;
  if (plugin.discovery) seen += (size_t)TAKE(discovery, plugin.discovery, WMGWD2_DISCOVERY_SIZE_1);
  if (!plugin.options || plugin.option_count > 64 || plugin.option_size > 4096) return;
  for (uint32_t i = 0; i < plugin.option_count; i++) {
    wmgwd2_option option;
    const char *at = (const char *)plugin.options + i * plugin.option_size;
    if (!take(&option, sizeof option, at, plugin.option_size, WMGWD2_OPTION_SIZE_1)) return;
    look(option.name);
    look(option.default_text);
    look(option.unit);
    look(option.help);
  }
}

void wmg_look_at_tables(const wmgwd2_library *declared) {
  if (!declared || declared->abi != WMGWD2_PLUGIN_ABI) return;
  wmgwd2_library library;
  if (!take(&library, sizeof library, declared, declared->size, WMGWD2_LIBRARY_SIZE_1)) return;
  if (!library.plugins || library.plugin_count > 64) return;
  for (uint32_t i = 0; i < library.plugin_count; i++) look_at_plugin(library.plugins[i]);
}

static void look_at_library(const char *path) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  const wmgwd2_library *(*entry)(void);
  // ISO C has no cast from an object's address to a function's.
  *(void **)&entry = dlsym(handle, WMGWD2_PLUGIN_ENTRY);
  if (entry) wmg_look_at_tables(entry());
}

// A library that calls exit() must not run what the daemon has to do at its own exit.
static void end_at_once(int code, void *unused) {
  (void)unused;
  _exit(code);
}

static void become_harmless(void) {
  on_exit(end_at_once, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGALRM, SIGPIPE};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  // What it has to say, it will say when it is loaded in earnest.
  int nowhere = open("/dev/null", O_RDWR);
  if (nowhere >= 0) {
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
  }
}

static int end_of(pid_t child, unsigned seconds, const volatile int *has_survived, int *detail) {
  int milliseconds = seconds > INT_MAX / 1000 ? INT_MAX : (int)seconds * 1000;
  int hangs = !wmg_wait_for_exit(child, milliseconds);
  if (hangs) {
    kill(child, SIGKILL);
    wmg_wait_for_exit(child, 1000);
  }
  // Not even for a process that the kernel cannot end is waited without a limit.
  int status = 0;
  pid_t ended;
  do ended = waitpid(child, &status, WNOHANG);
  while (ended < 0 && errno == EINTR);
  *detail = errno;
  if (ended < 0) return WMG_PROBE_FAILED;
  if (hangs || ended == 0) return WMG_PROBE_HANGS;
  *detail = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  if (WIFSIGNALED(status)) return WMG_PROBE_CRASHED;
  return *has_survived ? WMG_PROBE_SURVIVED : WMG_PROBE_EXITED;
}

int wmg_probe_library(const char *path, unsigned seconds, int *detail) {
  // Said beside the exit code, for any exit code may be the library's.
  int *has_survived = mmap(NULL, sizeof *has_survived, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  *detail = errno;
  if (has_survived == MAP_FAILED) return WMG_PROBE_FAILED;
  pid_t child = fork();
  if (child == 0) {
    become_harmless();
    look_at_library(path);
    *has_survived = 1;
    _exit(0);
  }
  *detail = errno;
  int end = child < 0 ? WMG_PROBE_FAILED : end_of(child, seconds, has_survived, detail);
  munmap(has_survived, sizeof *has_survived);
  return end;
}
