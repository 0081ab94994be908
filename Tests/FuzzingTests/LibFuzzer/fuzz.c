// `fuzz TARGET …`: one target, with libFuzzer's arguments; libFuzzer has the main. Without a target it lists them.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// In Examine.swift.
int wmg_fuzz_choose(const char *target);
void wmg_fuzz_examine(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  if (!wmg_fuzz_choose(*count > 1 ? (*arguments)[1] : "")) exit(64);
  // libFuzzer knows nothing of the target's name.
  memmove(*arguments + 1, *arguments + 2, (size_t)(*count - 1) * sizeof **arguments);
  *count -= 1;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  wmg_fuzz_examine(data, size);
  return 0;
}
