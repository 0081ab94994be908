#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <link.h>

const char *wmg_library_path(void *library) {
  struct link_map *map = NULL;
  return dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 && map ? map->l_name : NULL;
}
