#include "include/library_probe.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wmgwd2_plugin.h>

// Not 0: a library that calls exit(0) has not survived.
static const int survived = 42;

static volatile size_t seen;

static void look(const char *text) {
  if (text) seen += strnlen(text, 65536);
}

static void look_at_plugin(const wmgwd2_plugin *plugin) {
  if (!plugin || plugin->size < sizeof *plugin) return;
  look(plugin->name);
  look(plugin->version);
  look(plugin->summary);
  look(plugin->details);
  if (plugin->strategy) seen += plugin->strategy->size;
  if (plugin->effector) seen += plugin->effector->size;
  if (plugin->discovery) seen += plugin->discovery->size;
  if (!plugin->options || plugin->option_count > 64 || plugin->option_size < sizeof *plugin->options) return;
  for (uint32_t i = 0; i < plugin->option_count; i++) {
    const wmgwd2_option *option = (const void *)((const char *)plugin->options + i * plugin->option_size);
    look(option->name);
    look(option->default_text);
    look(option->unit);
    look(option->help);
  }
}

static void look_at_library(const char *path) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  const wmgwd2_library *(*entry)(void);
  // ISO C has no cast from an object's address to a function's.
  *(void **)&entry = dlsym(handle, WMGWD2_PLUGIN_ENTRY);
  if (!entry) return;
  const wmgwd2_library *library = entry();
  if (!library || library->abi != WMGWD2_PLUGIN_ABI || library->size < sizeof *library) return;
  if (!library->plugins || library->plugin_count > 64) return;
  for (uint32_t i = 0; i < library->plugin_count; i++) look_at_plugin(library->plugins[i]);
}

static void become_harmless(unsigned seconds) {
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
  alarm(seconds);
}

int wmg_probe_library(const char *path, unsigned seconds, int *detail) {
  pid_t child = fork();
  if (child == 0) {
    become_harmless(seconds);
    look_at_library(path);
    _exit(survived);
  }
  *detail = errno;
  if (child < 0) return WMG_PROBE_FAILED;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    *detail = errno;
    if (errno != EINTR) return WMG_PROBE_FAILED;
  }
  if (WIFSIGNALED(status)) {
    *detail = WTERMSIG(status);
    return *detail == SIGALRM ? WMG_PROBE_HANGS : WMG_PROBE_CRASHED;
  }
  *detail = WEXITSTATUS(status);
  return *detail == survived ? WMG_PROBE_SURVIVED : WMG_PROBE_EXITED;
}
