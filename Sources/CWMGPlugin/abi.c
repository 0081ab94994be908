// ABI 1 in figures, for 64-bit machines: what is here can never change, only grow at the ends.
#include <wmgwd2_plugin.h>

#if UINTPTR_MAX == UINT64_MAX
#define AT(structure, member, offset) \
  _Static_assert(offsetof(structure, member) == (offset), #structure "." #member " has moved")
#define SIZE(structure, size) _Static_assert(sizeof(structure) >= (size), #structure " has shrunk")

AT(wmgwd2_library, abi, 0);
AT(wmgwd2_library, size, 4);
AT(wmgwd2_library, plugins, 8);
AT(wmgwd2_library, plugin_count, 16);
SIZE(wmgwd2_library, 24);

AT(wmgwd2_plugin, size, 0);
AT(wmgwd2_plugin, option_count, 4);
AT(wmgwd2_plugin, name, 8);
AT(wmgwd2_plugin, options, 40);
AT(wmgwd2_plugin, discovery, 72);
SIZE(wmgwd2_plugin, 80);

AT(wmgwd2_option, type, 32);
AT(wmgwd2_option, maximum, 48);
SIZE(wmgwd2_option, 56);

AT(wmgwd2_value, number, 8);
AT(wmgwd2_vni_range, last, 4);

AT(wmgwd2_gateway, uid, 8);
AT(wmgwd2_gateway, ranges, 16);
AT(wmgwd2_gateway, burst_spacing_ns, 48);
SIZE(wmgwd2_gateway, 56);

AT(wmgwd2_advertisement, uid, 8);
AT(wmgwd2_advertisement, received_at_ns, 24);
AT(wmgwd2_advertisement, weight, 40);
SIZE(wmgwd2_advertisement, 48);

AT(wmgwd2_host, context, 8);
AT(wmgwd2_host, log, 16);
AT(wmgwd2_host, watch, 40);
AT(wmgwd2_host, report, 72);
AT(wmgwd2_host, heard, 96);
AT(wmgwd2_host, may_advertise, 144);
SIZE(wmgwd2_host, 152);

AT(wmgwd2_strategy, cost, 16);
AT(wmgwd2_strategy, create, 32);
AT(wmgwd2_strategy, assign, 40);
AT(wmgwd2_strategy, destroy, 64);
SIZE(wmgwd2_strategy, 72);

AT(wmgwd2_effector, validate, 8);
AT(wmgwd2_effector, prepare, 32);
AT(wmgwd2_effector, release, 48);
AT(wmgwd2_effector, stop, 80);
SIZE(wmgwd2_effector, 88);

AT(wmgwd2_discovery, validate, 8);
AT(wmgwd2_discovery, drain, 40);
AT(wmgwd2_discovery, stop, 48);
SIZE(wmgwd2_discovery, 56);
#endif
