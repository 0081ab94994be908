/*
 * The strategy by itself, through the same entry as the daemon's.
 *
 *     fnv_test                          checks, and says "ok"
 *     fnv_test SALT VNIS UID [UID ...]  prints the owner of each VNI from 1 to VNIS, the uids in ascending order
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <wmgwd2_plugin.h>

enum { most_vnis = 10000 };

static const wmgwd2_strategy *strategy;

static void *make(int64_t salt) {
  wmgwd2_value values[] = {{.text = "", .number = salt}};
  void *instance = NULL;
  char reason[256] = "";
  if (strategy->create(NULL, NULL, values, &instance, reason, sizeof reason) != 0) {
    fprintf(stderr, "fnv_test: create: %s\n", reason);
    exit(1);
  }
  return instance;
}

static void assign(int64_t salt, size_t vni_count, const uint64_t *uids, size_t count, uint64_t *owners) {
  static uint32_t vnis[most_vnis];
  static uint16_t indices[most_vnis];
  void *instance = make(salt);
  for (size_t i = 0; i < vni_count; i++) vnis[i] = (uint32_t)i + 1;
  strategy->assign(instance, vnis, vni_count, uids, count, indices);
  for (size_t i = 0; i < vni_count; i++) owners[i] = uids[indices[i]];
  strategy->destroy(instance);
}

static void expect(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "fnv_test: not so: %s\n", what);
  exit(1);
}

static void check_known_answers(void) {
  /* What Examples/CustomStrategy computes, too. */
  void *instance = make(7);
  uint32_t vnis[] = {1, 100, 16777215};
  uint64_t uids[] = {11, 12, UINT64_MAX}, scores[3];
  strategy->score(instance, vnis, uids, 3, scores);
  strategy->destroy(instance);
  expect(scores[0] == 0xbfad5ff03284df36u, "the score of VNI 1 at gateway 11, salt 7");
  expect(scores[1] == 0x8f092c6115cb3d8au, "the score of VNI 100 at gateway 12, salt 7");
  expect(scores[2] == 0x6ad8c86985151383u, "the score of VNI 16777215 at gateway 2^64 - 1, salt 7");
}

static void check_shares_and_moves(void) {
  static uint64_t before[most_vnis], after[most_vnis], salted[most_vnis];
  uint64_t all[] = {11, 12, 13, 14}, rest[] = {11, 13, 14};
  size_t counts[4] = {0}, salt_moves = 0;
  assign(0, most_vnis, all, 4, before);
  assign(0, most_vnis, rest, 3, after);
  assign(7, most_vnis, all, 4, salted);
  for (size_t i = 0; i < most_vnis; i++) {
    counts[before[i] - 11]++;
    expect(before[i] == 12 || after[i] == before[i], "only the VNIs of the one who leaves move");
    salt_moves += salted[i] != before[i];
  }
  for (size_t g = 0; g < 4; g++) expect(counts[g] > 2250 && counts[g] < 2750, "each has about a fourth");
  expect(salt_moves > 7000, "another salt is another distribution");
}

int main(int count, char **arguments) {
  const wmgwd2_library *library = wmgwd2_plugin_v1();
  expect(library->abi == WMGWD2_PLUGIN_ABI && library->plugin_count == 1, "one plugin of this ABI");
  strategy = library->plugins[0]->strategy;
  if (count < 4) {
    check_known_answers();
    check_shares_and_moves();
    puts("ok");
    return 0;
  }
  static uint64_t uids[64], owners[most_vnis];
  size_t vni_count = strtoul(arguments[2], NULL, 10), uid_count = 0;
  for (int i = 3; i < count && uid_count < 64; i++) uids[uid_count++] = strtoull(arguments[i], NULL, 10);
  expect(vni_count <= most_vnis, "at most 10,000 VNIs");
  assign(strtoll(arguments[1], NULL, 10), vni_count, uids, uid_count, owners);
  for (size_t i = 0; i < vni_count; i++) printf("%zu %" PRIu64 "\n", i + 1, owners[i]);
  return 0;
}
