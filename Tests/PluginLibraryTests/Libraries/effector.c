// An effector whose takeovers are reported by a thread of its own before take_over returns, and whose releases are
// reported by the plugin's thread; at VNI 66 it reports nonsense.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wmgwd2_plugin.h>

typedef struct {
  const wmgwd2_host *host;
  int64_t interval_ns;
  int stops;
  int pipe[2];
  int64_t watched_elsewhere;
  int refused_watches;
  uint64_t timer_elsewhere;
  uint64_t moment_of_takeover;
} effector;

static effector self;
static const wmgwd2_host *last_host;

typedef struct { const uint32_t *vnis; size_t count; } batch;

static void report_all(const wmgwd2_host *host, uint64_t moment, const uint32_t *vnis, size_t count, uint8_t outcome) {
  for (size_t i = 0; i < count; i++) {
    uint8_t one = vnis[i] == 66 ? 9 : outcome;
    host->report(host, moment, vnis + i, &one, NULL, 1);
  }
}

static void nothing(void *user) { (void)user; }

static void *take_over_elsewhere(void *argument) {
  const batch *batch = argument;
  self.watched_elsewhere = self.host->watch(self.host, 0, nothing, NULL);
  self.timer_elsewhere = self.host->schedule(self.host, 1, nothing, NULL);
  report_all(self.host, 0, batch->vnis, batch->count, WMGWD2_ACTIVE);
  return NULL;
}

static int validate(const wmgwd2_gateway *gateway, const wmgwd2_value *values, char *reason, size_t reason_size) {
  if (gateway->uid != 99) return 0;
  snprintf(reason, reason_size, "interval %s is not for\nuid 99", values[0].text);
  return 78;
}

static void inspect(const wmgwd2_gateway *gateway, const wmgwd2_value *values, wmgwd2_find find, void *to) {
  (void)values;
  if (gateway->uid != UINT64_MAX) find(to, WMGWD2_FINDING_ERROR, 0, "uid", "is another", NULL);
  find(to, WMGWD2_FINDING_OK, 0, "host", "fine", NULL);
  find(to, WMGWD2_FINDING_ERROR, gateway->ranges[0].last, "thing", "is missing", "make it");
}

static int create(const wmgwd2_host *host, const wmgwd2_gateway *gateway, const wmgwd2_value *values,
                  void **instance, char *reason, size_t reason_size) {
  (void)reason, (void)reason_size;
  if (gateway->uid == 98) return 300; // no reason, and no exit code either
  memset(&self, 0, sizeof self);
  self.host = last_host = host;
  self.interval_ns = values[0].number;
  if (pipe(self.pipe) != 0) return 71;
  *instance = &self;
  return 0;
}

static void on_timer(void *user) {
  effector *self = user;
  self->host->count(self->host, "timers", 1);
  self->host->count(self->host, "most", INT64_MAX);
  self->host->count(self->host, "most", INT64_MAX);
  self->host->count(self->host, "Not a name", 1);
}

static void on_readable(void *user) {
  effector *self = user;
  char byte;
  if (read(self->pipe[0], &byte, 1) == 1) self->host->count(self->host, "bytes-read", 1);
  self->host->unwatch(self->host, self->pipe[0]);
}

static int prepare(void *instance, const uint32_t *vnis, size_t count, char *reason, size_t reason_size) {
  effector *self = instance;
  if (count == 1) {
    snprintf(reason, reason_size, "one VNI is too few");
    return 69;
  }
  int file = open("/proc/self/exe", O_RDONLY);
  self->refused_watches = -self->host->watch(self->host, -1, on_readable, self);
  self->refused_watches -= self->host->watch(self->host, 1 << 30, on_readable, self);
  self->refused_watches -= self->host->watch(self->host, file, on_readable, self);
  self->refused_watches -= self->host->watch(self->host, self->pipe[0], NULL, self);
  close(file);
  self->host->unwatch(self->host, -1);
  self->host->watch(self->host, self->pipe[0], nothing, self);
  if (self->host->watch(self->host, self->pipe[0], on_readable, self) != 0) return 71;
  if (write(self->pipe[1], "x", 1) != 1) return 71;
  self->host->schedule(self->host, self->host->now(self->host) + self->interval_ns, on_timer, self);
  self->host->cancel(self->host, self->host->schedule(self->host, 1, on_timer, self));
  report_all(self->host, 0, vnis, count, WMGWD2_STANDBY);
  return 0;
}

static void take_over(void *instance, const uint32_t *vnis, size_t count) {
  effector *self = instance;
  self->moment_of_takeover = self->host->moment(self->host);
  batch batch = {vnis, count};
  pthread_t thread;
  pthread_create(&thread, NULL, take_over_elsewhere, &batch);
  pthread_join(thread, NULL);
}

// The takeover's thread is slow: it has done its work, and reports it during the release.
static void *report_takeover_late(void *argument) {
  (void)argument;
  uint32_t vni = 65;
  uint8_t outcome = WMGWD2_ACTIVE;
  self.host->report(self.host, self.moment_of_takeover, &vni, &outcome, NULL, 1);
  return NULL;
}

static void release(void *instance, const uint32_t *vnis, const uint64_t *owners, size_t count) {
  effector *self = instance;
  if (vnis[0] == 65) {
    pthread_t thread;
    pthread_create(&thread, NULL, report_takeover_late, NULL);
    pthread_join(thread, NULL);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    char reason[64];
    snprintf(reason, sizeof reason, "given to %d", (int)owners[i]);
    const char *reasons[] = {reason};
    uint8_t outcome = owners[i] == 13 ? WMGWD2_FAILED : WMGWD2_STANDBY;
    self->host->report(self->host, 0, vnis + i, &outcome, reasons, 1);
  }
}

static void *drift_elsewhere(void *argument) {
  const batch *batch = argument;
  const char *reasons[] = {"somebody\nelse"};
  self.host->drift(self.host, 0, batch->vnis, reasons, 1);
  self.host->request_refresh(self.host, batch->vnis, batch->count);
  uint32_t strange[] = {0, 16777216, 5000};
  uint8_t outcomes[] = {1, 1, 1};
  self.host->report(self.host, 0, strange, outcomes, NULL, 3);
  self.host->report(self.host, 0, batch->vnis, outcomes, NULL, SIZE_MAX);
  self.host->report(self.host, 0, NULL, NULL, NULL, 0);
  return NULL;
}

static void refresh(void *instance, const uint32_t *vnis, size_t count) {
  (void)instance;
  batch batch = {vnis, count};
  pthread_t thread;
  pthread_create(&thread, NULL, drift_elsewhere, &batch);
  pthread_join(thread, NULL);
}

static void stop(void *instance) {
  effector *self = instance;
  self->stops++;
  close(self->pipe[0]);
  close(self->pipe[1]);
}

// What the test asks by name.
WMGWD2_EXPORT int refused_watches(void) { return self.refused_watches; }
WMGWD2_EXPORT int stops(void) { return self.stops; }
WMGWD2_EXPORT int refused_elsewhere(void) { return self.watched_elsewhere == -1 && self.timer_elsewhere == 0; }
static void *come_late(void *argument) {
  (void)argument;
  uint32_t vni = 1;
  uint8_t outcome = WMGWD2_ACTIVE;
  last_host->report(last_host, 0, &vni, &outcome, NULL, 1);
  last_host->log(last_host, WMGWD2_LOG_INFO, "late");
  return NULL;
}
WMGWD2_EXPORT void report_late(void) {
  come_late(NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, come_late, NULL);
  pthread_join(thread, NULL);
}

static const wmgwd2_option options[] = {{.name = "interval", .default_text = "5ms", .type = WMGWD2_DURATION,
                                         .minimum = 1000000, .maximum = 1000000000, .help = "when the timer fires"}};
static const wmgwd2_effector table = {
    .size = sizeof table, .flags = WMGWD2_ANNOUNCES_TAKEOVERS, .validate = validate, .inspect = inspect,
    .create = create, .prepare = prepare, .take_over = take_over, .release = release, .refresh = refresh,
    .stop = stop};
static const wmgwd2_plugin plugin = {.size = sizeof plugin, .name = "c-effector", .version = "1.0",
                                     .summary = "for a test", .options = options, .option_count = 1,
                                     .option_size = sizeof *options, .effector = &table};
static const wmgwd2_plugin *const plugins[] = {&plugin};
static const wmgwd2_library library = {
    .abi = WMGWD2_PLUGIN_ABI, .size = sizeof library, .plugins = plugins, .plugin_count = 1};

WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library; }
