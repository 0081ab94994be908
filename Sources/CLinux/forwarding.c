#define _GNU_SOURCE
#include "forwarding.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int wmg_open_forwarding_observer(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0) return -1;
  int bytes = 64 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_NEIGH};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int code = errno;
    close(fd);
    errno = code;
    return -1;
  }
  return fd;
}

int wmg_request_all_forwarding(int fd) {
  struct {
    struct nlmsghdr header;
    struct ndmsg neighbour;
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETNEIGH, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .neighbour = {.ndm_family = AF_BRIDGE},
  };
  return send(fd, &request, sizeof request, 0) < 0 ? -1 : 0;
}

int wmg_next_forwarding_sighting(
    const void *buffer, size_t length, size_t *offset, struct wmg_forwarding_sighting *sighting) {
  if (*offset >= length) return 0;
  int remaining = (int)(length - *offset);
  const struct nlmsghdr *message = (const struct nlmsghdr *)((const char *)buffer + *offset);
  if (!NLMSG_OK(message, remaining)) return 0;
  *offset += NLMSG_ALIGN(message->nlmsg_len);
  memset(sighting, 0, sizeof *sighting);
  sighting->kind = message->nlmsg_type == NLMSG_DONE ? wmg_forwarding_dump_done : wmg_forwarding_other;
  if (message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH) return 1;
  const struct ndmsg *neighbour = NLMSG_DATA(message);
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof *neighbour)) return 1;
  if (neighbour->ndm_family != AF_BRIDGE) return 1;
  int has_mac = 0, has_vtep = 0;
  int attributes_length = (int)(message->nlmsg_len - NLMSG_LENGTH(sizeof *neighbour));
  const struct rtattr *attribute =
      (const struct rtattr *)((const char *)neighbour + NLMSG_ALIGN(sizeof *neighbour));
  for (; RTA_OK(attribute, attributes_length); attribute = RTA_NEXT(attribute, attributes_length)) {
    const uint8_t *bytes = RTA_DATA(attribute);
    if (attribute->rta_type == NDA_LLADDR && RTA_PAYLOAD(attribute) == 6) {
      has_mac = 1;
      for (int place = 0; place < 6; place++) sighting->mac = sighting->mac << 8 | bytes[place];
    } else if (attribute->rta_type == NDA_DST && RTA_PAYLOAD(attribute) == 4) {
      has_vtep = 1;
      memcpy(&sighting->vtep, bytes, 4);
      sighting->vtep = ntohl(sighting->vtep);
    }
  }
  if (!has_mac || !has_vtep) return 1;
  sighting->kind = message->nlmsg_type == RTM_NEWNEIGH ? wmg_forwarding_present : wmg_forwarding_gone;
  sighting->index = neighbour->ndm_ifindex;
  return 1;
}
