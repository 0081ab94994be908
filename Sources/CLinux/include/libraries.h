// Shared libraries.
#ifndef WMGWD2_LIBRARIES_H
#define WMGWD2_LIBRARIES_H

// The file that a library which dlopen has opened was found in; NULL if that cannot be told. Valid while it is open.
const char *wmg_library_path(void *library);

#endif
