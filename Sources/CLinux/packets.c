#define _GNU_SOURCE
#include "packets.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int wmg_open_packet_socket(uint16_t ethertype, int index) {
  int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  int bytes = 4 << 20;
  if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  if (ethertype == 0) return descriptor;
  bytes = 16 << 20;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ethertype), .sll_ifindex = index};
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

int wmg_send_frames(int descriptor, const uint8_t *frames, size_t length, const int32_t *indexes, unsigned count) {
  struct mmsghdr messages[WMG_FRAMES_PER_CALL];
  struct sockaddr_ll addresses[WMG_FRAMES_PER_CALL];
  struct iovec vectors[WMG_FRAMES_PER_CALL];
  if (count > WMG_FRAMES_PER_CALL) count = WMG_FRAMES_PER_CALL;
  memset(messages, 0, count * sizeof *messages);
  memset(addresses, 0, count * sizeof *addresses);
  for (unsigned n = 0; n < count; n++) {
    const uint8_t *frame = frames + n * length;
    addresses[n].sll_family = AF_PACKET;
    // The EtherType as it stands in the frame.
    memcpy(&addresses[n].sll_protocol, frame + 12, 2);
    addresses[n].sll_ifindex = indexes[n];
    vectors[n] = (struct iovec){.iov_base = (void *)frame, .iov_len = length};
    messages[n].msg_hdr = (struct msghdr){.msg_name = &addresses[n],
                                          .msg_namelen = sizeof addresses[n],
                                          .msg_iov = &vectors[n],
                                          .msg_iovlen = 1};
  }
  return sendmmsg(descriptor, messages, count, 0);
}

long wmg_receive_frame(int descriptor, uint8_t *frame, size_t capacity, int32_t *index) {
  struct sockaddr_ll address;
  socklen_t size = sizeof address;
  long length = recvfrom(descriptor, frame, capacity, 0, (struct sockaddr *)&address, &size);
  if (length < 0) return -1;
  *index = address.sll_ifindex;
  return address.sll_pkttype == PACKET_OUTGOING ? 0 : length;
}
