// rtnetlink: structures and constants that neither Glibc nor libmnl gives to Swift.
#ifndef WMGWD2_NETLINK_H
#define WMGWD2_NETLINK_H

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <sys/socket.h>

// Raises the receive buffer beyond net.core.rmem_max where CAP_NET_ADMIN allows it, else as far as allowed.
static inline void wmg_raise_receive_buffer(int descriptor, int bytes) {
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

#endif
