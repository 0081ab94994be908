#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in ipv4(uint32_t address, uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(address)}};
}

int wmg_udp_socket(void) { return socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

int wmg_bind_ipv4(int socket, uint32_t address, uint16_t port) {
  struct sockaddr_in name = ipv4(address, port);
  return bind(socket, (struct sockaddr *)&name, sizeof name);
}

int wmg_connect_ipv4(int socket, uint32_t address, uint16_t port) {
  struct sockaddr_in name = ipv4(address, port);
  return connect(socket, (struct sockaddr *)&name, sizeof name);
}

int wmg_set_socket_option(int socket, int option, int value) {
  return setsockopt(socket, SOL_SOCKET, option, &value, sizeof value);
}

int wmg_set_ip_option(int socket, int option, int value) {
  return setsockopt(socket, IPPROTO_IP, option, &value, sizeof value);
}

int wmg_bind_to_device(int socket, const char *interface) {
  return setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface));
}

void wmg_set_receive_buffer(int socket, int bytes) {
  if (wmg_set_socket_option(socket, SO_RCVBUFFORCE, bytes) < 0) wmg_set_socket_option(socket, SO_RCVBUF, bytes);
}

static int attach_filter(int socket, struct sock_filter *instructions, unsigned short count) {
  struct sock_fprog program = {.len = count, .filter = instructions};
  return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int wmg_accept_only_udp_length(int socket, uint32_t length) {
  // A UDP socket's filter sees the datagram with its 8-byte UDP header.
  struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 8 + length, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  return attach_filter(socket, instructions, sizeof instructions / sizeof *instructions);
}

int wmg_socket_memory(int socket, struct wmg_socket_memory *memory) {
  uint32_t values[SK_MEMINFO_VARS] = {0};
  socklen_t size = sizeof values;
  if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, values, &size) < 0) return -1;
  memory->waiting_bytes = values[SK_MEMINFO_RMEM_ALLOC];
  memory->limit_bytes = values[SK_MEMINFO_RCVBUF];
  memory->drops = values[SK_MEMINFO_DROPS];
  return 0;
}

static void read_control(struct msghdr *message, struct wmg_datagram *datagram) {
  for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
    if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec stamp;
      memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
      datagram->received_realtime = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
    } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo arrival;
      memcpy(&arrival, CMSG_DATA(control), sizeof arrival);
      datagram->interface_index = (uint32_t)arrival.ipi_ifindex;
    }
  }
}

int wmg_receive_datagrams(int socket, struct wmg_datagram *datagrams, int count) {
  struct mmsghdr messages[WMG_DATAGRAM_BATCH];
  struct iovec payloads[WMG_DATAGRAM_BATCH];
  struct sockaddr_in sources[WMG_DATAGRAM_BATCH];
  uint64_t bytes[WMG_DATAGRAM_BATCH] = {0};
  _Alignas(struct cmsghdr) char controls[WMG_DATAGRAM_BATCH]
                                        [CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(struct in_pktinfo))];
  if (count > WMG_DATAGRAM_BATCH) count = WMG_DATAGRAM_BATCH;
  for (int i = 0; i < count; i++) {
    payloads[i] = (struct iovec){.iov_base = &bytes[i], .iov_len = sizeof bytes[i]};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &sources[i],
        .msg_namelen = sizeof sources[i],
        .msg_iov = &payloads[i],
        .msg_iovlen = 1,
        .msg_control = controls[i],
        .msg_controllen = sizeof controls[i]};
  }
  // MSG_TRUNC: the datagram's own length, not what fitted.
  int received = recvmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT | MSG_TRUNC, NULL);
  for (int i = 0; i < received; i++) {
    datagrams[i] = (struct wmg_datagram){
        .source_address = ntohl(sources[i].sin_addr.s_addr),
        .source_port = ntohs(sources[i].sin_port),
        .length = messages[i].msg_len,
        .first_eight_bytes = be64toh(bytes[i])};
    read_control(&messages[i].msg_hdr, &datagrams[i]);
  }
  return received;
}

static int interface_request(unsigned long request, const char *interface, struct ifreq *data) {
  if (strlen(interface) >= sizeof data->ifr_name) {
    errno = ENODEV;
    return -1;
  }
  strcpy(data->ifr_name, interface);
  int socket = wmg_udp_socket();
  if (socket < 0) return -1;
  int result = ioctl(socket, request, data);
  int code = errno;
  close(socket);
  errno = code;
  return result;
}

int wmg_interface_flags(const char *interface) {
  struct ifreq data = {0};
  if (interface_request(SIOCGIFFLAGS, interface, &data) < 0) return -1;
  return (unsigned short)data.ifr_flags;
}

void wmg_probe_carrier(const char *interface) {
  struct ethtool_value link = {.cmd = ETHTOOL_GLINK};
  struct ifreq data = {0};
  data.ifr_data = (char *)&link;
  interface_request(SIOCETHTOOL, interface, &data);
}

bool wmg_interface_has_address(const char *label, uint32_t address) {
  // An address in the request asks for that one among several; the interface's first is the answer if it is gone.
  struct ifreq data = {0};
  struct sockaddr_in name = ipv4(address, 0);
  memcpy(&data.ifr_addr, &name, sizeof name);
  if (interface_request(SIOCGIFADDR, label, &data) < 0) return false;
  memcpy(&name, &data.ifr_addr, sizeof name);
  return ntohl(name.sin_addr.s_addr) == address;
}

int wmg_open_link_watch(void) {
  int watch = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (watch < 0) return -1;
  struct sockaddr_nl name = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
  if (bind(watch, (struct sockaddr *)&name, sizeof name) < 0) {
    int code = errno;
    close(watch);
    errno = code;
    return -1;
  }
  return watch;
}

int wmg_narrow_link_watch(int socket, uint32_t interface_index) {
  // ifinfomsg and ifaddrmsg both have the interface's index 4 bytes after the netlink header, in host byte order,
  // which a BPF load takes for big-endian.
  struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, sizeof(struct nlmsghdr) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(interface_index), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  if (interface_index == 0) {
    struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
    return attach_filter(socket, &all, 1);
  }
  return attach_filter(socket, instructions, sizeof instructions / sizeof *instructions);
}

void wmg_drain_link_watch(int socket) {
  char byte;
  // ENOBUFS says that events were lost: no reason to stop reading, and none to despair, since all are forgotten.
  while (recv(socket, &byte, sizeof byte, MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR) {
  }
}
