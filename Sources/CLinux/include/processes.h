// Threads and processes.
#ifndef WMGWD2_PROCESSES_H
#define WMGWD2_PROCESSES_H

#include <spawn.h>

// For the flags of posix_spawn attributes: a session of its own (POSIX_SPAWN_SETSID).
extern const int wmg_spawn_in_session;

// Names the calling thread as `ps -L` shows it; at most 15 bytes.
void wmg_name_this_thread(const char *name);

// A file in memory without a name, closed on exec; -1 and errno.
int wmg_open_memory_file(const char *name);

// Waits up to some milliseconds for the end of a child, without reaping it: 1 when it has ended, 0 at the deadline.
int wmg_wait_for_exit(int pid, int milliseconds);

// A descriptor of a child that can be read when the child has ended; -1 and errno.
int wmg_open_process(int pid);

// A pipe whose ends are closed on exec, the reading one not blocking; -1 and errno.
int wmg_open_pipe(int *reading, int *writing);

// Has a program that is started with these actions begin without descriptors from `first` on.
int wmg_close_descriptors_from(posix_spawn_file_actions_t *actions, int first);

// A pipe of the smallest capacity (one page) whose writing end does not block; both ends are closed on exec; -1 and errno.
int wmg_open_tick_pipe(int *reading, int *writing);

// How many bytes wait in a pipe; 0 if that cannot be told.
int wmg_bytes_in_pipe(int descriptor);

// A duplicate with a number of at least `least`, closed on exec; -1 and errno.
int wmg_duplicate_above(int descriptor, int least);

// Says whether programs that the calling thread starts keep this capability of its (as an ambient one, capabilities(7)).
// 1 if that has changed something, 0 if not, -1 and errno.
int wmg_pass_on_capability(int capability, int on);

#endif
