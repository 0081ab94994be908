#define _GNU_SOURCE
#include "observation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int closing(int fd) {
  int code = errno;
  close(fd);
  errno = code;
  return -1;
}

static void enlarge_receive_buffer(int fd) {
  int bytes = 64 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
}

int wmg_open_link_observer(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0) return -1;
  enlarge_receive_buffer(fd);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return closing(fd);
  return fd;
}

int wmg_request_all_links(int fd) {
  struct {
    struct nlmsghdr header;
    struct ifinfomsg info;
    struct rtattr attribute;
    uint32_t mask;
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .info = {.ifi_family = AF_UNSPEC},
      .attribute = {.rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = IFLA_EXT_MASK},
      .mask = RTEXT_FILTER_SKIP_STATS,
  };
  return send(fd, &request, sizeof request, 0) < 0 ? -1 : 0;
}

int wmg_next_link_sighting(const void *buffer, size_t length, size_t *offset, struct wmg_link_sighting *sighting) {
  if (*offset >= length) return 0;
  int remaining = (int)(length - *offset);
  const struct nlmsghdr *message = (const struct nlmsghdr *)((const char *)buffer + *offset);
  if (!NLMSG_OK(message, remaining)) return 0;
  *offset += NLMSG_ALIGN(message->nlmsg_len);
  memset(sighting, 0, sizeof *sighting);
  sighting->kind = message->nlmsg_type == RTM_NEWLINK   ? wmg_link_present
                   : message->nlmsg_type == RTM_DELLINK ? wmg_link_gone
                   : message->nlmsg_type == NLMSG_DONE  ? wmg_dump_done
                                                        : wmg_other_message;
  if (sighting->kind != wmg_link_present && sighting->kind != wmg_link_gone) return 1;
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg))) {
    sighting->kind = wmg_other_message;
    return 1;
  }
  const struct ifinfomsg *info = NLMSG_DATA(message);
  // A bridge port that leaves its bridge is a RTM_DELLINK of another family; the link itself stays.
  if (info->ifi_family != AF_UNSPEC) {
    sighting->kind = wmg_other_message;
    return 1;
  }
  sighting->index = info->ifi_index;
  sighting->flags = info->ifi_flags;
  int attributes_length = (int)IFLA_PAYLOAD(message);
  for (const struct rtattr *attribute = IFLA_RTA(info); RTA_OK(attribute, attributes_length);
       attribute = RTA_NEXT(attribute, attributes_length)) {
    if (attribute->rta_type == IFLA_OPERSTATE && RTA_PAYLOAD(attribute) >= 1) {
      sighting->operstate = *(const uint8_t *)RTA_DATA(attribute);
    } else if (attribute->rta_type == IFLA_IFNAME) {
      size_t size = RTA_PAYLOAD(attribute);
      memcpy(sighting->name, RTA_DATA(attribute), size < sizeof sighting->name ? size : sizeof sighting->name - 1);
    }
  }
  return 1;
}

int wmg_open_arp_capture(void) {
  // Without a protocol it receives nothing until the filter is in place.
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  enlarge_receive_buffer(fd);
  // ARP, or an IPv4 header of 20 bytes, UDP to port 4789, VXLAN, ARP.
  struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 8, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 6),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 4),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 36),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4789, 0, 2),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 62),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 128),
  };
  struct sock_fprog filter = {.len = sizeof instructions / sizeof instructions[0], .filter = instructions};
  int on = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0) return closing(fd);
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) return closing(fd);
  if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) < 0) return closing(fd);
  // All protocols: a frame on a bridge's port never reaches a socket bound to one protocol.
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return closing(fd);
  return fd;
}

ssize_t wmg_receive_captured(int fd, void *buffer, size_t length, int *interface_index, int64_t *realtime) {
  struct sockaddr_ll source;
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(struct timespec))];
  } control;
  struct iovec part = {.iov_base = buffer, .iov_len = length};
  struct msghdr message = {
      .msg_name = &source,
      .msg_namelen = sizeof source,
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = &control,
      .msg_controllen = sizeof control,
  };
  ssize_t received = recvmsg(fd, &message, 0);
  if (received < 0) return received;
  *interface_index = source.sll_ifindex;
  *realtime = 0;
  for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec time;
    memcpy(&time, CMSG_DATA(item), sizeof time);
    *realtime = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
  }
  return received;
}
