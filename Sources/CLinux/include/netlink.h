#ifndef WMGWD2_NETLINK_H
#define WMGWD2_NETLINK_H

#endif
