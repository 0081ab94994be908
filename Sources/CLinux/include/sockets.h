#ifndef WMGWD2_SOCKETS_H
#define WMGWD2_SOCKETS_H

#endif
