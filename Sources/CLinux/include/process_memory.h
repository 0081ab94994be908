// The process's memory.
#ifndef WMGWD2_PROCESS_MEMORY_H
#define WMGWD2_PROCESS_MEMORY_H

#include <stddef.h>

// Gives back what only the start (or a status) needed: free heap, and program text read once (argument parsing, option
// decoding, the first dump). What is still needed comes back from the page cache at a touch.
void wmg_release_idle_memory(void);

// From now on what threads free goes back to the kernel by itself. Of its own accord the allocator keeps, for every thread,
// up to twice the largest block that was ever freed; and wmg_release_idle_memory cannot reach what lies at the end of a
// thread's heap.
void wmg_keep_little_freed_memory(void);

// What the heaps of all threads together have of the kernel, in bytes.
size_t wmg_heap_size(void);

#endif
