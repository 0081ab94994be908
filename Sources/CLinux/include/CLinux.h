// What Swift's Glibc module does not import: one header per subject, each with the calls' static inlines.
#ifndef WMGWD2_CLINUX_H
#define WMGWD2_CLINUX_H

#include "accounts.h"
#include "events.h"
#include "filesystems.h"
#include "forwarding.h"
#include "libraries.h"
#include "namespaces.h"
#include "netlink.h"
#include "observation.h"
#include "packets.h"
#include "privileges.h"
#include "process_memory.h"
#include "processes.h"
#include "sockets.h"

#endif
