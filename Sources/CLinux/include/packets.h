// AF_PACKET: frames to and from interfaces by index.
#ifndef WMGWD2_PACKETS_H
#define WMGWD2_PACKETS_H

#include <stddef.h>
#include <stdint.h>

// One sendmmsg takes no more than this.
#define WMG_FRAMES_PER_CALL 128

// Opens a packet socket, non-blocking. It receives frames of `ethertype` (0: none) on the interface with `index`
// (0: all). Returns a descriptor, or -1 and errno.
int wmg_open_packet_socket(uint16_t ethertype, int index);

// Sends `count` frames of `length` bytes each, one after the other in `frames`; the n-th leaves by the interface with
// the n-th index. Returns how many were sent before the first that failed; -1 and errno if that was the first.
int wmg_send_frames(int descriptor, const uint8_t *frames, size_t length, const int32_t *indexes, unsigned count);

// Receives one frame and the index of the interface it came in by; only what others sent. Returns its length, 0 for
// a frame of our own, or -1 and errno.
long wmg_receive_frame(int descriptor, uint8_t *frame, size_t capacity, int32_t *index);

#endif
