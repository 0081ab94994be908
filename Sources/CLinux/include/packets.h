#ifndef WMGWD2_PACKETS_H
#define WMGWD2_PACKETS_H

#endif
