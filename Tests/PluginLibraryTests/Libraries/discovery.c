// A discovery without a network: a thread hears what the test wants to be heard.
#include <pthread.h>
#include <stdio.h>
#include <wmgwd2_plugin.h>

static const wmgwd2_host *host;
static int flood;

static void hear(uint64_t uid, int64_t at, uint32_t state) {
  wmgwd2_advertisement advertisement = {.size = sizeof advertisement, .uid = uid, .source = 0x0a00010c,
                                        .own_address = 0x0a00010b, .received_at_ns = at, .state = state};
  host->heard(host, &advertisement);
}

static void *hear_elsewhere(void *argument) {
  (void)argument;
  host->connected(host);
  hear(0, 1, 0);
  hear(12, 1000, WMGWD2_STATE_ACTIVE);
  hear(13, INT64_MAX, 77);
  wmgwd2_advertisement short_one = {.size = 8, .uid = 14};
  host->heard(host, &short_one);
  host->heard(host, NULL);
  for (int i = 0; i < flood; i++) hear(1000 + (uint64_t)i, 1000, 0);
  return NULL;
}

static int create(const wmgwd2_host *given, const wmgwd2_gateway *gateway, const wmgwd2_value *values,
                  void **instance, char *reason, size_t reason_size) {
  (void)values, (void)instance, (void)reason, (void)reason_size;
  host = given;
  flood = gateway->uid == 100 ? 5000 : 0;
  return 0;
}

static int start(void *instance, char *reason, size_t reason_size) {
  (void)instance, (void)reason, (void)reason_size;
  pthread_t thread;
  if (pthread_create(&thread, NULL, hear_elsewhere, NULL) != 0) return 71;
  pthread_join(thread, NULL);
  return 0;
}

static void advertise(void *instance, uint32_t mode) {
  (void)instance;
  if (mode == WMGWD2_SPEAK && host->may_advertise(host)) host->advertised(host, host->now(host));
  if (mode == WMGWD2_SPEAK && !host->may_advertise(host)) host->lapsed(host, 1000);
  if (mode == WMGWD2_FAREWELL) host->isolated(host, "farewell");
}

static void drain(void *instance) {
  (void)instance;
  host->drained(host, host->now(host) + 1000000000000);
}

static void stop(void *instance) { (void)instance; }

static const wmgwd2_discovery table = {.size = sizeof table, .create = create, .start = start,
                                       .advertise = advertise, .drain = drain, .stop = stop};
static const wmgwd2_plugin plugin = {.size = sizeof plugin, .name = "c-discovery", .version = "1.0",
                                     .summary = "for a test", .discovery = &table};
static const wmgwd2_plugin *const plugins[] = {&plugin};
static const wmgwd2_library library = {
    .abi = WMGWD2_PLUGIN_ABI, .size = sizeof library, .plugins = plugins, .plugin_count = 1};

WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library; }
