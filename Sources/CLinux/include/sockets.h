// UDP sockets with kernel receive timestamps, and what a host knows of its interfaces.
#ifndef WMGWD2_SOCKETS_H
#define WMGWD2_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

// A received datagram, as far as a fixed-size protocol looks into it. Addresses and ports are in host byte order.
struct wmg_datagram {
  uint32_t source_address;
  uint16_t source_port;
  // The payload's length, whatever was kept of it.
  uint32_t length;
  // The first 8 bytes, big-endian; meaningless where length is less.
  uint64_t first_eight_bytes;
  // The index of the interface it came in by; 0 without IP_PKTINFO.
  uint32_t interface_index;
  // CLOCK_REALTIME in nanoseconds when the kernel received it; 0 without SO_TIMESTAMPNS.
  int64_t received_realtime;
};

// Opens a non-blocking UDP socket; -1 and errno.
int wmg_udp_socket(void);
// bind and connect to an address and a port in host byte order; 0, or -1 and errno.
int wmg_bind_ipv4(int socket, uint32_t address, uint16_t port);
int wmg_connect_ipv4(int socket, uint32_t address, uint16_t port);
// setsockopt with an int at level SOL_SOCKET or IPPROTO_IP; 0, or -1 and errno.
int wmg_set_socket_option(int socket, int option, int value);
int wmg_set_ip_option(int socket, int option, int value);
// Ties a socket to an interface (SO_BINDTODEVICE); 0, or -1 and errno.
int wmg_bind_to_device(int socket, const char *interface);
// Sets the receive buffer, beyond the system's limit where that is permitted.
void wmg_set_receive_buffer(int socket, int bytes);
// Lets only UDP datagrams of exactly this payload length into the socket (classic BPF); 0, or -1 and errno.
int wmg_accept_only_udp_length(int socket, uint32_t length);

// What waits in a socket and what it has dropped so far (SO_MEMINFO).
struct wmg_socket_memory {
  uint32_t waiting_bytes;
  uint32_t limit_bytes;
  uint32_t drops;
};
// 0, or -1 and errno.
int wmg_socket_memory(int socket, struct wmg_socket_memory *memory);

enum { WMG_DATAGRAM_BATCH = 64 };
// Reads up to WMG_DATAGRAM_BATCH datagrams without blocking; how many, or -1 and errno. Fewer than asked for means
// that nothing was left.
int wmg_receive_datagrams(int socket, struct wmg_datagram *datagrams, int count);

// IFF_* of an interface (SIOCGIFFLAGS), or -1 and errno.
int wmg_interface_flags(const char *interface);
// Asks a driver for its link (ETHTOOL_GLINK), which brings the kernel's view of the carrier up to date (Linux 6.9).
void wmg_probe_carrier(const char *interface);
// Whether there is this IPv4 address under this label, by default the interface's name (SIOCGIFADDR, which takes the
// kernel's configuration lock).
bool wmg_interface_has_address(const char *label, uint32_t address);

// Opens a netlink socket that becomes readable when a link or an IPv4 address changes; -1 and errno.
int wmg_open_link_watch(void);
// Lets a link watch hear of one interface only; index 0 is all of them. Returns 0, or -1 and errno.
int wmg_narrow_link_watch(int socket, uint32_t interface_index);
// Reads and forgets all that waits in a link watch.
void wmg_drain_link_watch(int socket);

#endif
