// A library of a later header, in which every structure has grown at its end.
#include <wmgwd2_plugin.h>

static void assign(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                   size_t gateway_count, uint16_t *owners) {
  (void)instance, (void)vnis, (void)gateways;
  for (size_t i = 0; i < vni_count; i++) owners[i] = (uint16_t)(gateway_count - 1);
}

typedef struct { wmgwd2_option known; const char *more; } newer_option;
typedef struct { wmgwd2_strategy known; const char *more; } newer_strategy;
typedef struct { wmgwd2_plugin known; const char *more; } newer_plugin;
typedef struct { wmgwd2_library known; const char *more; } newer_library;

static const newer_option options[] = {
    {{.name = "first", .default_text = "1s", .type = WMGWD2_DURATION, .help = "one"}, "?"},
    {{.name = "second", .default_text = "10.0.1.255", .type = WMGWD2_ADDRESS, .help = "two"}, "?"},
};
static const newer_strategy strategy = {{.size = sizeof strategy, .assign = assign}, "?"};
static const newer_plugin plugin = {{.size = sizeof plugin, .name = "newer", .version = "9", .summary = "newer",
                                     .options = &options[0].known, .option_count = 2,
                                     .option_size = sizeof *options, .strategy = &strategy.known},
                                    "?"};
static const wmgwd2_plugin *const plugins[] = {&plugin.known};
static const newer_library library = {
    {.abi = WMGWD2_PLUGIN_ABI, .size = sizeof library, .plugins = plugins, .plugin_count = 1}, "?"};

WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library.known; }
