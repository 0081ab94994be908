// ABI 1 in figures: what is here can never change, only grow at the ends.
#include <wmgwd2_plugin.h>

#define AT(structure, member, offset) \
  _Static_assert(offsetof(structure, member) == (offset), #structure "." #member " has moved")
#define SIZE(structure, size) \
  _Static_assert(sizeof(structure) == (size), #structure " has grown: append its new size, and leave ..._SIZE_1 alone")

AT(wmgwd2_library, abi, 0);
AT(wmgwd2_library, size, 4);
AT(wmgwd2_library, plugins, 8);
AT(wmgwd2_library, plugin_count, 16);
AT(wmgwd2_library, reserved, 20);
SIZE(wmgwd2_library, WMGWD2_LIBRARY_SIZE_1);
_Static_assert(WMGWD2_LIBRARY_SIZE_1 == 24, "ABI 1 is frozen");

AT(wmgwd2_plugin, size, 0);
AT(wmgwd2_plugin, option_count, 4);
AT(wmgwd2_plugin, name, 8);
AT(wmgwd2_plugin, options, 40);
AT(wmgwd2_plugin, discovery, 72);
SIZE(wmgwd2_plugin, WMGWD2_PLUGIN_SIZE_1);
_Static_assert(WMGWD2_PLUGIN_SIZE_1 == 80, "ABI 1 is frozen");

AT(wmgwd2_option, type, 32);
AT(wmgwd2_option, maximum, 48);
SIZE(wmgwd2_option, WMGWD2_OPTION_SIZE_1);
_Static_assert(WMGWD2_OPTION_SIZE_1 == 56, "ABI 1 is frozen");

AT(wmgwd2_value, number, 8);
SIZE(wmgwd2_value, 16);
AT(wmgwd2_vni_range, last, 4);
SIZE(wmgwd2_vni_range, 8);

AT(wmgwd2_gateway, uid, 8);
AT(wmgwd2_gateway, ranges, 16);
AT(wmgwd2_gateway, burst_spacing_ns, 48);
SIZE(wmgwd2_gateway, WMGWD2_GATEWAY_SIZE_1);
_Static_assert(WMGWD2_GATEWAY_SIZE_1 == 56, "ABI 1 is frozen");

AT(wmgwd2_advertisement, uid, 8);
AT(wmgwd2_advertisement, received_at_ns, 24);
AT(wmgwd2_advertisement, weight, 40);
SIZE(wmgwd2_advertisement, WMGWD2_ADVERTISEMENT_SIZE_1);
_Static_assert(WMGWD2_ADVERTISEMENT_SIZE_1 == 48, "ABI 1 is frozen");

AT(wmgwd2_host, context, 8);
AT(wmgwd2_host, log, 16);
AT(wmgwd2_host, watch, 40);
AT(wmgwd2_host, moment, 72);
AT(wmgwd2_host, report, 80);
AT(wmgwd2_host, heard, 104);
AT(wmgwd2_host, may_advertise, 152);
SIZE(wmgwd2_host, WMGWD2_HOST_SIZE_1);
_Static_assert(WMGWD2_HOST_SIZE_1 == 160, "ABI 1 is frozen");

AT(wmgwd2_strategy, cost, 16);
AT(wmgwd2_strategy, create, 32);
AT(wmgwd2_strategy, assign, 40);
AT(wmgwd2_strategy, destroy, 64);
SIZE(wmgwd2_strategy, WMGWD2_STRATEGY_SIZE_1);
_Static_assert(WMGWD2_STRATEGY_SIZE_1 == 72, "ABI 1 is frozen");

AT(wmgwd2_effector, validate, 8);
AT(wmgwd2_effector, prepare, 32);
AT(wmgwd2_effector, release, 48);
AT(wmgwd2_effector, stop, 80);
SIZE(wmgwd2_effector, WMGWD2_EFFECTOR_SIZE_1);
_Static_assert(WMGWD2_EFFECTOR_SIZE_1 == 88, "ABI 1 is frozen");

AT(wmgwd2_discovery, validate, 8);
AT(wmgwd2_discovery, drain, 40);
AT(wmgwd2_discovery, stop, 48);
SIZE(wmgwd2_discovery, WMGWD2_DISCOVERY_SIZE_1);
_Static_assert(WMGWD2_DISCOVERY_SIZE_1 == 56, "ABI 1 is frozen");
