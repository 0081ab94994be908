#define _GNU_SOURCE
#include "requests.h"

#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "closing.h"
#include "guard_standby.h"

int wmg_standby_open(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  int bytes = 4 << 20, on = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  // The kernel answers while it is asked.
  struct timeval patience = {.tv_sec = 2};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : closing(fd);
}

static struct nlmsghdr *put_header(void *buffer, uint16_t type, uint16_t flags, uint32_t sequence) {
  struct nlmsghdr *header = buffer;
  *header = (struct nlmsghdr){
      .nlmsg_len = NLMSG_LENGTH(0), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = sequence};
  return header;
}

static void put(struct nlmsghdr *header, const void *bytes, size_t length) {
  char *place = (char *)header + NLMSG_ALIGN(header->nlmsg_len);
  memset(place, 0, NLMSG_ALIGN(length));
  memcpy(place, bytes, length);
  header->nlmsg_len = NLMSG_ALIGN(header->nlmsg_len) + (uint32_t)length;
}

static void put_attribute(struct nlmsghdr *header, uint16_t type, const void *bytes, size_t length) {
  struct rtattr attribute = {.rta_len = (uint16_t)RTA_LENGTH(length), .rta_type = type};
  put(header, &attribute, sizeof attribute);
  put(header, bytes, length);
}

static size_t finish(struct nlmsghdr *header) {
  size_t length = NLMSG_ALIGN(header->nlmsg_len);
  memset((char *)header + header->nlmsg_len, 0, length - header->nlmsg_len);
  header->nlmsg_len = (uint32_t)length;
  return length;
}

size_t wmg_standby_build_get(void *buffer, int32_t index, uint16_t flags, uint32_t sequence) {
  struct nlmsghdr *header = put_header(buffer, RTM_GETLINK, flags, sequence);
  struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = index};
  put(header, &link, sizeof link);
  uint32_t mask = RTEXT_FILTER_SKIP_STATS;
  put_attribute(header, IFLA_EXT_MASK, &mask, sizeof mask);
  return finish(header);
}

size_t wmg_standby_build_switch(void *buffer, int32_t index, uint32_t sequence) {
  // Only a failure of the first is answered. The second, unlike a dump, has the kernel settle the operational state,
  // which it might otherwise do seconds later, and tells it.
  struct nlmsghdr *header = put_header(buffer, RTM_SETLINK, 0, sequence);
  struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = index};
  put(header, &link, sizeof link);
  uint8_t on = 1;
  put_attribute(header, IFLA_PROTO_DOWN, &on, sizeof on);
  size_t length = finish(header);
  return length + wmg_standby_build_get((char *)buffer + length, index, 0, sequence + 1);
}

size_t wmg_standby_build_forget(void *buffer, const uint8_t address[6], int32_t port, uint32_t sequence) {
  struct nlmsghdr *header = put_header(buffer, RTM_DELNEIGH, NLM_F_ACK, sequence);
  struct ndmsg neighbour = {.ndm_family = AF_BRIDGE, .ndm_ifindex = port, .ndm_flags = NTF_MASTER};
  put(header, &neighbour, sizeof neighbour);
  put_attribute(header, NDA_LLADDR, address, 6);
  return finish(header);
}
