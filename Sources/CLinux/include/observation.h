// What the lab sees of a network from outside: link notifications and captured ARP, decoded without any code of the
// daemon that it judges.
#ifndef WMGWD2_OBSERVATION_H
#define WMGWD2_OBSERVATION_H

#include <stdint.h>
#include <sys/types.h>

enum wmg_sighting_kind { wmg_link_present = 1, wmg_link_gone = 2, wmg_dump_done = 3, wmg_other_message = 4 };

struct wmg_link_sighting {
  int kind;
  int index;
  uint32_t flags;
  uint8_t operstate;
  char name[16];
};

// A non-blocking rtnetlink socket of the calling thread's namespace, subscribed to link changes; -1 and errno.
int wmg_open_link_observer(void);
// Asks for all links; they come as sightings and end with wmg_dump_done.
int wmg_request_all_links(int fd);
// Decodes the message at *offset of a received buffer and moves *offset on; 0 at the end of the buffer.
int wmg_next_link_sighting(const void *buffer, size_t length, size_t *offset, struct wmg_link_sighting *sighting);

// A non-blocking packet socket of the calling thread's namespace that gets every ARP frame that comes in, bare or in
// VXLAN (UDP port 4789), on whatever interface; -1 and errno.
int wmg_open_arp_capture(void);
// Receives one frame; gives the interface's index and the kernel's receive time (CLOCK_REALTIME, ns).
ssize_t wmg_receive_captured(int fd, void *buffer, size_t length, int *interface_index, int64_t *realtime);

#endif
