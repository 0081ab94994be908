// Plain C's rendezvous, as a plugin.
#include <PlainC.h>
#include <wmgwd2_plugin.h>

static void assign(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                   size_t gateway_count, uint16_t *owners) {
  (void)instance;
  plain_c_rendezvous(vnis, vni_count, gateways, gateway_count, owners);
}

static const wmgwd2_strategy strategy = {.size = sizeof strategy, .assign = assign};
static const wmgwd2_plugin plugin = {.size = sizeof plugin, .name = "plain-c", .version = "1",
                                     .summary = "for a benchmark", .strategy = &strategy};
static const wmgwd2_plugin *const plugins[] = {&plugin};
static const wmgwd2_library library = {
    .abi = WMGWD2_PLUGIN_ABI, .size = sizeof library, .plugins = plugins, .plugin_count = 1};

WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library; }
