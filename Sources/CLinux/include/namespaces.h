// Network namespaces.
#ifndef WMGWD2_NAMESPACES_H
#define WMGWD2_NAMESPACES_H

// Moves the calling thread into the network namespace that `descriptor` refers to: setns with CLONE_NEWNET.
int wmg_enter_network_namespace(int descriptor);

#endif
