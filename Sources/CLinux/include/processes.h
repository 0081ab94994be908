// Threads and processes.
#ifndef WMGWD2_PROCESSES_H
#define WMGWD2_PROCESSES_H

// Names the calling thread as `ps -L` shows it; at most 15 bytes.
void wmg_name_this_thread(const char *name);

#endif
