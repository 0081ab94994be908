// Strategies for the tests: the Go daemon's rendezvous in three ways, and one that names owners who are not there.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wmgwd2_plugin.h>

static uint64_t mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ x >> 33;
}

static void score(const void *instance, const uint32_t *vnis, const uint64_t *gateways, size_t count,
                  uint64_t *scores) {
  (void)instance;
  for (size_t i = 0; i < count; i++) scores[i] = mix(vnis[i] * gateways[i]);
}

static void assign(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                   size_t gateway_count, uint16_t *owners) {
  (void)instance;
  for (size_t i = 0; i < vni_count; i++) {
    uint64_t best = 0;
    for (size_t g = 0; g < gateway_count; g++) {
      uint64_t candidate = mix(vnis[i] * gateways[g]);
      if (g == 0 || candidate > best) {
        best = candidate;
        owners[i] = (uint16_t)g;
      }
    }
  }
}

static void assign_wildly(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                          size_t gateway_count, uint16_t *owners) {
  (void)instance, (void)vnis, (void)gateways;
  for (size_t i = 0; i < vni_count; i++) owners[i] = (uint16_t)(gateway_count - 1 + i % 2);
}

static int advise(const void *instance, const uint64_t *gateways, size_t gateway_count, char *advice,
                  size_t advice_size) {
  (void)instance;
  if (gateways[0] >= 100) return 0;
  snprintf(advice, advice_size, "uid %d of %zu\nis small", (int)gateways[0], gateway_count);
  return 1;
}

WMGWD2_EXPORT int instances; // how many there are now; the test looks it up

static int create(const wmgwd2_host *host, const wmgwd2_gateway *gateway, const wmgwd2_value *values,
                  void **instance, char *reason, size_t reason_size) {
  if (host->size != sizeof *host || gateway->size != sizeof *gateway) return 1;
  if (values[0].number == 13) {
    snprintf(reason, reason_size, "--set c-both.luck=%s: not with uid %d", values[0].text, (int)gateway->uid);
    return 65;
  }
  instances++;
  *instance = &instances;
  return 0;
}

static void destroy(void *instance) { (*(int *)instance)--; }

static const wmgwd2_option options[] = {
    {.name = "luck", .type = WMGWD2_NUMBER, .default_text = "7", .minimum = 1, .maximum = 99, .help = "a number"},
    {.name = "cache", .type = WMGWD2_SWITCH, .default_text = "on", .flags = WMGWD2_OPTION_LOCAL, .help = "a switch"},
};

static const wmgwd2_strategy both = {
    .size = sizeof both, .promises = WMGWD2_COMMON_RANKING, .disruption = WMGWD2_DISRUPTION_MINIMAL,
    .balance = 1150, .cost = "little", .create = create, .assign = assign, .score = score, .advise = advise,
    .destroy = destroy};
static const wmgwd2_strategy scores = {.size = sizeof scores, .score = score};
static const wmgwd2_strategy assigns = {.size = sizeof assigns, .assign = assign};
static const wmgwd2_strategy wild = {.size = sizeof wild, .assign = assign_wildly};

#define PLUGIN(identifier, plugin_name, table)                                                                       \
  static const wmgwd2_plugin identifier = {.size = sizeof identifier, .name = plugin_name, .version = "2.1",        \
                                           .summary = "for a test", .strategy = table}
static const wmgwd2_plugin both_plugin = {
    .size = sizeof both_plugin, .name = "c-both", .version = "2.1", .summary = "for a\ttest", .details = "More.",
    .options = options, .option_count = 2, .option_size = sizeof *options, .strategy = &both};
PLUGIN(scores_plugin, "c-scores", &scores);
PLUGIN(assigns_plugin, "c-assigns", &assigns);
PLUGIN(wild_plugin, "c-wild", &wild);

static const wmgwd2_plugin *const plugins[] = {&both_plugin, &scores_plugin, &assigns_plugin, &wild_plugin};
static const wmgwd2_library library = {
    .abi = WMGWD2_PLUGIN_ABI, .size = sizeof library, .plugins = plugins, .plugin_count = 4};

WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library; }
