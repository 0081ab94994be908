// One library that is wrong in as many ways as there are macros.
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <wmgwd2_plugin.h>

#ifndef ABI
#define ABI WMGWD2_PLUGIN_ABI
#endif
#ifndef LIBRARY_SIZE
#define LIBRARY_SIZE sizeof(wmgwd2_library)
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(wmgwd2_plugin)
#endif
#ifndef STRATEGY_SIZE
#define STRATEGY_SIZE sizeof(wmgwd2_strategy)
#endif
#ifndef OPTION_SIZE
#define OPTION_SIZE sizeof(wmgwd2_option)
#endif
#ifndef NAME
#define NAME "malformed"
#endif
#ifndef VERSION
#define VERSION "1"
#endif
#ifndef STRATEGY
#define STRATEGY &strategy
#endif
#ifndef EFFECTOR
#define EFFECTOR NULL
#endif
#ifndef ASSIGN
#define ASSIGN assign
#endif
#ifndef COST
#define COST NULL
#endif
#ifndef OPTION_NAME
#define OPTION_NAME "option"
#endif
#ifndef OPTION_TYPE
#define OPTION_TYPE WMGWD2_NUMBER
#endif
#ifndef OPTION_DEFAULT
#define OPTION_DEFAULT "5"
#endif
#ifndef PLUGINS
#define PLUGINS plugins
#endif
#ifndef COUNT
#define COUNT 1
#endif
#ifndef ENTRY
#define ENTRY wmgwd2_plugin_v1
#endif
#ifndef AT_LOAD
#define AT_LOAD
#endif
#ifndef AT_ENTRY
#define AT_ENTRY
#endif
#ifndef RESULT
#define RESULT &library
#endif

static void assign(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                   size_t gateway_count, uint16_t *owners) {
  (void)instance, (void)vnis, (void)gateways, (void)gateway_count;
  for (size_t i = 0; i < vni_count; i++) owners[i] = 0;
}

static const wmgwd2_option options[] = {{.name = OPTION_NAME, .type = OPTION_TYPE, .default_text = OPTION_DEFAULT,
                                         .minimum = 1, .maximum = 9, .help = "one"}};
static const wmgwd2_strategy strategy = {.size = STRATEGY_SIZE, .cost = COST, .assign = ASSIGN};
static const wmgwd2_effector effector = {.size = sizeof effector};
static const wmgwd2_plugin plugin = {.size = PLUGIN_SIZE, .name = NAME, .version = VERSION, .summary = "wrong",
                                     .options = options, .option_count = 1, .option_size = OPTION_SIZE,
                                     .strategy = STRATEGY, .effector = EFFECTOR};
static const wmgwd2_plugin *const plugins[] = {&plugin, &plugin};
static const wmgwd2_library library = {
    .abi = ABI, .size = LIBRARY_SIZE, .plugins = PLUGINS, .plugin_count = COUNT};

__attribute__((constructor)) static void at_load(void) { AT_LOAD; }

WMGWD2_EXPORT const wmgwd2_library *ENTRY(void) {
  (void)library, (void)plugins, (void)plugin, (void)strategy, (void)effector;
  AT_ENTRY;
  return RESULT;
}
