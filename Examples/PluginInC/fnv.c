/*
 * A strategy in C: rendezvous hashing with FNV-1a, and a salt that reshuffles the fleet.
 *
 * The same as Examples/CustomStrategy in Swift, bit for bit: gateways with the one agree with gateways with the other.
 */
#include <stdlib.h>
#include <wmgwd2_plugin.h>

/* What one instance keeps. Nothing is changed after `create`, so any number of threads may ask. */
typedef struct {
  uint64_t salt;
} fnv;

static uint64_t hash_word(uint64_t hash, uint64_t word) {
  for (unsigned shift = 0; shift < 64; shift += 8) hash = (hash ^ (word >> shift & 0xff)) * 0x100000001b3u;
  return hash;
}

static uint64_t pair_score(uint64_t hash_of_vni, uint64_t gateway) {
  uint64_t hash = hash_word(hash_of_vni, gateway);
  /* FNV's high bits mix poorly, and the greatest score is decided by them. */
  hash ^= hash >> 32;
  return hash * 0x9e3779b97f4a7c15u;
}

static uint64_t hash_of_vni(const fnv *self, uint32_t vni) {
  return hash_word(0xcbf29ce484222325u ^ self->salt, vni);
}

static int create(const wmgwd2_host *host, const wmgwd2_gateway *gateway, const wmgwd2_value *values,
                  void **instance, char *reason, size_t reason_size) {
  (void)host, (void)gateway, (void)reason, (void)reason_size;
  fnv *self = malloc(sizeof *self);
  if (!self) return 71;
  self->salt = (uint64_t)values[0].number;
  *instance = self;
  return 0;
}

/* The score of each pair: with it, a change of the view costs only what it can move. */
static void score(const void *instance, const uint32_t *vnis, const uint64_t *gateways, size_t count,
                  uint64_t *scores) {
  for (size_t i = 0; i < count; i++) scores[i] = pair_score(hash_of_vni(instance, vnis[i]), gateways[i]);
}

/* The full pass. It may be left out; this one hashes each VNI once rather than once per gateway. */
static void assign(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                   size_t gateway_count, uint16_t *owners) {
  for (size_t i = 0; i < vni_count; i++) {
    uint64_t hash = hash_of_vni(instance, vnis[i]);
    uint64_t best = pair_score(hash, gateways[0]);
    owners[i] = 0;
    for (size_t g = 1; g < gateway_count; g++) {
      uint64_t candidate = pair_score(hash, gateways[g]);
      /* Gateways come in ascending order, so that of equal scores the lowest uid's stays. */
      if (candidate > best) {
        best = candidate;
        owners[i] = (uint16_t)g;
      }
    }
  }
}

static const wmgwd2_option options[] = {{
    .name = "salt",
    .type = WMGWD2_NUMBER,
    .default_text = "0",
    .help = "another number, another distribution; the same on every gateway",
}};

static const wmgwd2_strategy strategy = {
    .size = sizeof strategy,
    .promises = WMGWD2_COMMON_RANKING,
    .disruption = WMGWD2_DISRUPTION_MINIMAL,
    .balance = 1150,
    .cost = "12 ns * K * N",
    .memory = "8 B * K, the owners' scores",
    .create = create,
    .assign = assign,
    .score = score,
    .destroy = free,
};

static const wmgwd2_plugin plugin = {
    .size = sizeof plugin,
    .name = "fnv",
    .version = "1.0",
    .summary = "rendezvous hashing with FNV-1a and a salt",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .option_size = sizeof *options,
    .strategy = &strategy,
};

static const wmgwd2_plugin *const plugins[] = {&plugin};

static const wmgwd2_library library = {
    .abi = WMGWD2_PLUGIN_ABI,
    .size = sizeof library,
    .plugins = plugins,
    .plugin_count = sizeof plugins / sizeof *plugins,
};

WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library; }
