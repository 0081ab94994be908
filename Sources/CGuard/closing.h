#ifndef WMGWD2_GUARD_CLOSING_H
#define WMGWD2_GUARD_CLOSING_H

#include <errno.h>
#include <unistd.h>

// Gives a descriptor up because of the error in errno, which stays; returns -1.
static inline int closing(int fd) {
  int code = errno;
  close(fd);
  errno = code;
  return -1;
}

#endif
