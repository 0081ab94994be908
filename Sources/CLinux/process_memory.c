#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Only segments that are executable and not writable: their pages are the file's, never changed by relocation.
static int release_text(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size;
  (void)unused;
  if (strncmp(object->dlpi_name, "linux-vdso", 10) == 0) return 0;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || (segment->p_flags & PF_W)) continue;
    uintptr_t start = object->dlpi_addr + segment->p_vaddr;
    uintptr_t end = (start + segment->p_memsz + page - 1) & ~(page - 1);
    start &= ~(page - 1);
    madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void wmg_release_idle_memory(void) {
  malloc_trim(0);
  dl_iterate_phdr(release_text, NULL);
}
