// Tells ThreadSanitizer of Swift's Mutex. Its fast path is compiled into whoever uses it, and ThreadSanitizer sees that;
// its slow path is in libswiftSynchronization, which is not instrumented: who has waited for a lock is not seen to come
// after who held it, and all that the lock protects is reported as a race (Swift 6.3; mutex_probe.swift shows it).
//
// This library is preloaded (scripts/sanitize.sh) and stands between: it says what the slow path does, and does nothing
// else. In processes without ThreadSanitizer, it says nothing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

void __tsan_acquire(void *) __attribute__((weak));
void __tsan_release(void *) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void wmg_lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool wmg_try_lock(SELF) __asm__(TRY_LOCK);
SWIFT void wmg_unlock(SELF) __asm__(UNLOCK);

static SWIFT void (*lock)(uint32_t, SELF);
static SWIFT bool (*try_lock)(SELF);
static SWIFT void (*unlock)(SELF);

// Whoever calls one of these has loaded the library that has them.
static void find(void) {
  *(void **)&lock = dlsym(RTLD_NEXT, LOCK);
  *(void **)&try_lock = dlsym(RTLD_NEXT, TRY_LOCK);
  *(void **)&unlock = dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void wmg_lock(uint32_t thread, SELF) {
  if (!lock) find();
  lock(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool wmg_try_lock(SELF) {
  if (!try_lock) find();
  bool is_locked = try_lock(mutex);
  if (is_locked && __tsan_acquire) __tsan_acquire(mutex);
  return is_locked;
}

SWIFT void wmg_unlock(SELF) {
  if (!unlock) find();
  if (__tsan_release) __tsan_release(mutex);
  unlock(mutex);
}
