// Threads and processes.
#ifndef WMGWD2_PROCESSES_H
#define WMGWD2_PROCESSES_H

// Names the calling thread as `ps -L` shows it; at most 15 bytes.
void wmg_name_this_thread(const char *name);

// Gives back what only the start needed: free heap, and program text that has been read once (argument parsing, option
// decoding, the first dump). What is still needed comes back from the page cache at a touch.
void wmg_release_startup_memory(void);

#endif
