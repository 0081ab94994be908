// File systems.
#ifndef WMGWD2_FILESYSTEMS_H
#define WMGWD2_FILESYSTEMS_H

// Makes a tmpfs of so many bytes that is attached to no folder and goes with its last descriptor. Returns one of its
// root folder, closed on exec; -1 and errno (ENOSYS before Linux 5.2).
int wmg_open_detached_tmpfs(unsigned bytes);

#endif
