// The process's memory.
#ifndef WMGWD2_PROCESS_MEMORY_H
#define WMGWD2_PROCESS_MEMORY_H

// Gives back what only the start (or a status) needed: free heap, and program text read once (argument parsing, option
// decoding, the first dump). What is still needed comes back from the page cache at a touch.
void wmg_release_idle_memory(void);

#endif
