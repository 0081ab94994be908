// What a lab sees of a host's VXLAN forwarding entries: dumps and notifications, decoded without any of the daemon's
// code.
#ifndef WMGWD2_FORWARDING_H
#define WMGWD2_FORWARDING_H

#include <stddef.h>
#include <stdint.h>

enum wmg_forwarding_kind {
  wmg_forwarding_present = 1,
  wmg_forwarding_gone = 2,
  wmg_forwarding_dump_done = 3,
  wmg_forwarding_other = 4
};

struct wmg_forwarding_sighting {
  int kind;
  // The VXLAN device.
  int index;
  uint64_t mac;
  // The remote end, in the host's byte order.
  uint32_t vtep;
};

// A non-blocking rtnetlink socket of the calling thread's namespace, subscribed to neighbours; -1 and errno.
int wmg_open_forwarding_observer(void);
// Asks for all forwarding entries; they come as sightings and end with wmg_forwarding_dump_done.
int wmg_request_all_forwarding(int fd);
// Decodes the message at *offset of a received buffer and moves *offset on; 0 at the end of the buffer. Whatever is not
// an entry with an IPv4 remote end is wmg_forwarding_other.
int wmg_next_forwarding_sighting(
    const void *buffer, size_t length, size_t *offset, struct wmg_forwarding_sighting *sighting);

#endif
