/*
 * wmgwd2_plugin.h: plugins for the gateway daemon wmgwd2 as shared libraries, ABI 1.
 *
 * This header is all that a plugin needs. It is C99 and C++11, includes the standard library's integers and nothing
 * else, and there is nothing to link with: the daemon hands its functions to the plugin at run time.
 *
 *     cc -std=c99 -fPIC -shared -fvisibility=hidden -o libmine.so mine.c
 *     wmgwd2 plugins --plugin ./libmine.so
 *     wmgwd2 --plugin ./libmine.so --strategy mine --effector log
 *
 * THE WHOLE OF A STRATEGY
 *
 *     #include <wmgwd2_plugin.h>
 *
 *     static void assign(const void *instance, const uint32_t *vnis, size_t vni_count,
 *                        const uint64_t *gateways, size_t gateway_count, uint16_t *owners) {
 *       (void)instance; (void)gateways;
 *       for (size_t i = 0; i < vni_count; i++) owners[i] = (uint16_t)(vnis[i] % gateway_count);
 *     }
 *     static const wmgwd2_strategy strategy = {.size = sizeof strategy, .assign = assign};
 *     static const wmgwd2_plugin plugin = {.size = sizeof plugin, .name = "mine", .version = "1.0",
 *                                          .summary = "VNI modulo number of gateways", .strategy = &strategy};
 *     static const wmgwd2_plugin *const plugins[] = {&plugin};
 *     static const wmgwd2_library library = {.abi = WMGWD2_PLUGIN_ABI, .size = sizeof library,
 *                                            .plugins = plugins, .plugin_count = 1};
 *     WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void) { return &library; }
 *
 * WORDS
 *
 * A VNI is a VXLAN's number, 1 to 16777215. A gateway is one running daemon, known by its uid, which is never 0. The
 * gateways that hear each other are the view. Exactly one gateway of the view owns a VNI; the others are standby for it.
 * A strategy says who owns what, effectors make it so, a discovery finds the other gateways.
 *
 * RULES FOR ALL PLUGINS
 *
 * - Threads. A strategy's functions may be called from any thread and from several at a time; its `destroy` comes once,
 *   on any thread. An effector and a discovery have a thread of their own each. `create` and the functions that take an
 *   instance are called there, one at a time. `validate` and `inspect` take none: they may be called on any thread,
 *   several times, and while an instance runs (at each SIGHUP), so they share nothing with it that is not locked.
 *   Every function of `wmgwd2_host` may be called from any thread, unless it says "on the plugin's thread".
 * - Arrays. Where a count is 0, the array may be NULL, whoever gives it. A count of more VNIs than there are (16777215)
 *   is a mistake: nothing of such a call is taken, and an error is logged.
 * - Memory. Whoever allocates frees. What a function is given is valid until it returns, unless it says longer. What
 *   the plugin hands to the host is copied before the host's function returns. The tables below (`wmgwd2_library` and
 *   all that it leads to) stay where they are for as long as the process runs; make them `static const`.
 * - Text is UTF-8 that ends with a zero byte; one line, where it does not say otherwise. What is not is made so.
 * - Time is in nanoseconds of CLOCK_BOOTTIME (`wmgwd2_host.now`), which never goes back.
 * - Return codes: 0 is success. A number from 64 to 78 (sysexits.h) becomes the daemon's exit code if it stops because
 *   of it, any other is taken as 71 (EX_OSERR). With a failure comes a reason: one line that says what to do, written
 *   to `reason`, which has room for `reason_size` bytes with the final zero. snprintf(reason, reason_size, ...) does it.
 * - Loading. The library is loaded twice: first in a child process that loads it, asks for its tables and exits, so
 *   that one that crashes is refused rather than taking the gateway down. So neither loading nor `wmgwd2_plugin_v1` may
 *   change anything. It is never unloaded.
 * - No signals, no exit(), no abort(), no C++ exception that leaves a function, no change to the process (working
 *   directory, locale, environment, limits). All signals are blocked in the plugin's threads. A crash takes the gateway
 *   down, and leaves its VNIs active.
 *
 * VERSIONS
 *
 * ABI 1 is this header, on 64-bit machines. Its structures only grow, at the end; `wmgwd2_value` and `wmgwd2_vni_range`,
 * which have no size, never change. Each of the others begins with its size as its maker was compiled
 * (`wmgwd2_plugin.option_size` for options). The host takes what lies beyond that size as absent, zero, and refuses only
 * what is shorter than the first ABI 1: WMGWD2_..._SIZE_1 below, which never change. What would break a plugin gets a new
 * entry symbol. A plugin that needs a function or a member of a later header asks whether `host->size` or
 * `gateway->size` reaches it. Members that are reserved, and bits of flags that have no name here, are 0.
 *
 * What may be appended one day, and how a plugin of today is taken then: a place in the chain that an effector asks for
 * (today the order of --effector alone counts; without the member it stays so), and an overlap that it wants of
 * handovers (today `hand_over` comes, and `release` when the taker serves or the overlap is over; it stays so).
 */
#ifndef WMGWD2_PLUGIN_H
#define WMGWD2_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX != UINT64_MAX
#error "wmgwd2's plugin ABI 1 is for 64-bit machines"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The number of this interface. */
#define WMGWD2_PLUGIN_ABI 1u

/* The name of the one symbol that a library exports. */
#define WMGWD2_PLUGIN_ENTRY "wmgwd2_plugin_v1"

/* The sizes of the structures in the first ABI 1; none that is shorter is taken. For hosts: a plugin says sizeof. */
#define WMGWD2_LIBRARY_SIZE_1 24u
#define WMGWD2_PLUGIN_SIZE_1 80u
#define WMGWD2_OPTION_SIZE_1 56u
#define WMGWD2_GATEWAY_SIZE_1 56u
#define WMGWD2_ADVERTISEMENT_SIZE_1 48u
#define WMGWD2_HOST_SIZE_1 160u
#define WMGWD2_STRATEGY_SIZE_1 72u
#define WMGWD2_EFFECTOR_SIZE_1 88u
#define WMGWD2_DISCOVERY_SIZE_1 56u

/* Makes the entry visible where the rest of the library is hidden. */
#if defined(__GNUC__)
#define WMGWD2_EXPORT __attribute__((visibility("default")))
#else
#define WMGWD2_EXPORT
#endif

typedef struct wmgwd2_library wmgwd2_library;
typedef struct wmgwd2_plugin wmgwd2_plugin;
typedef struct wmgwd2_option wmgwd2_option;
typedef struct wmgwd2_value wmgwd2_value;
typedef struct wmgwd2_vni_range wmgwd2_vni_range;
typedef struct wmgwd2_gateway wmgwd2_gateway;
typedef struct wmgwd2_advertisement wmgwd2_advertisement;
typedef struct wmgwd2_host wmgwd2_host;
typedef struct wmgwd2_strategy wmgwd2_strategy;
typedef struct wmgwd2_effector wmgwd2_effector;
typedef struct wmgwd2_discovery wmgwd2_discovery;

/* ---------------------------------------------------------------------------------------------------------------------
 * What a library offers
 * ------------------------------------------------------------------------------------------------------------------ */

/*
 * The entry: the only symbol that is looked for. Called once in the daemon (and once in the child that tries the
 * library), before any option is read; returns the library's table, or NULL, which refuses.
 */
WMGWD2_EXPORT const wmgwd2_library *wmgwd2_plugin_v1(void);

/* A library: one or more plugins. If one of them cannot be taken, the library is refused as a whole. */
struct wmgwd2_library {
  uint32_t abi;                        /* WMGWD2_PLUGIN_ABI; looked at before anything else */
  uint32_t size;                       /* sizeof(wmgwd2_library) */
  const wmgwd2_plugin *const *plugins; /* plugin_count pointers */
  uint32_t plugin_count;               /* 1 to 64 */
  uint32_t reserved;                   /* 0 */
};

/* A plugin: exactly one of the three tables at the end says what kind it is. */
struct wmgwd2_plugin {
  uint32_t size;                    /* sizeof(wmgwd2_plugin) */
  uint32_t option_count;            /* 0 to 64 */
  const char *name;                 /* for --strategy and the like: a-z, 0-9 and dashes, a letter first, at most 32 */
  const char *version;              /* the plugin's own, shown and logged: "1.2" */
  const char *summary;              /* one line: what it does */
  const char *details;              /* paragraphs for 'wmgwd2 plugins --describe', or NULL */
  const wmgwd2_option *options;     /* option_count of them, or NULL */
  size_t option_size;               /* sizeof(wmgwd2_option), if there are options: a multiple of 8, at most 4096 */
  const wmgwd2_strategy *strategy;
  const wmgwd2_effector *effector;
  const wmgwd2_discovery *discovery;
};

/* What an option's value is. */
enum {
  WMGWD2_TEXT = 0,     /* any text */
  WMGWD2_NUMBER = 1,   /* a decimal number, signed */
  WMGWD2_DURATION = 2, /* 50ms, 1.5s, 2m, 250us, 0; in nanoseconds */
  WMGWD2_SWITCH = 3,   /* on or off; 1 or 0 */
  WMGWD2_ADDRESS = 4   /* an IPv4 address; its value in host byte order, 10.0.1.255 is 0x0a0001ff */
};

/* What else is to be known of an option. */
enum {
  WMGWD2_OPTION_LOCAL = 1 /* of a strategy: gateways may differ in it and still agree on owners (a cache's size) */
};

/* An option, which the user sets with --set NAME.OPTION=VALUE. What the user writes is checked against it. */
struct wmgwd2_option {
  const char *name;         /* a-z, 0-9 and dashes, a letter first, at most 32; unique within the plugin */
  const char *default_text; /* as the user would write it; must itself be allowed */
  const char *unit;         /* of a number, "packets/s"; or NULL */
  const char *help;         /* one line: what it does */
  uint32_t type;            /* WMGWD2_TEXT ... */
  uint32_t flags;           /* WMGWD2_OPTION_... or 0 */
  int64_t minimum;          /* of numbers and durations (ns), both included; no limits where maximum <= minimum */
  int64_t maximum;
};

/* ---------------------------------------------------------------------------------------------------------------------
 * What a plugin is given
 * ------------------------------------------------------------------------------------------------------------------ */

/* An option's value, checked; this structure never changes. An array of them has one for each option, in the order of `wmgwd2_plugin.options`. */
struct wmgwd2_value {
  const char *text; /* in canonical form: "60s", "on" */
  int64_t number;   /* by type, see WMGWD2_NUMBER ...; 0 for a text */
};

/* VNIs from `first` to `last`, both included. This structure never changes. */
struct wmgwd2_vni_range {
  uint32_t first;
  uint32_t last;
};

/*
 * This gateway as it was started. Valid until the instance has been stopped or destroyed. The VNIs may change while it
 * runs: an effector then hears of new ones by `release`, and of those that have gone by a last `release`.
 */
struct wmgwd2_gateway {
  uint32_t size;                  /* sizeof(wmgwd2_gateway) in the host */
  uint32_t peer_limit;            /* how many peers are remembered at most; bound your own tables by it */
  uint64_t uid;                   /* this gateway's */
  const wmgwd2_vni_range *ranges; /* the fleet's VNIs: ascending, neither overlapping nor touching */
  size_t range_count;
  int64_t interval_ns;            /* between two advertisements */
  int64_t detection_time_ns;      /* a gateway that has been silent for so long is dead */
  int64_t burst_spacing_ns;       /* between the packets of a burst */
};

/* Levels of log lines. */
enum {
  WMGWD2_LOG_DEBUG = 0,
  WMGWD2_LOG_INFO = 1,
  WMGWD2_LOG_NOTICE = 2,
  WMGWD2_LOG_WARNING = 3,
  WMGWD2_LOG_ERROR = 4
};

/* What came of a VNI at an effector. */
enum {
  WMGWD2_STANDBY = 0, /* seen done: this gateway does not carry the VNI */
  WMGWD2_ACTIVE = 1,  /* seen done: this gateway carries the VNI */
  WMGWD2_FAILED = 2   /* not as it should be; it is asked for again after 1, 2, 4 ... 60 s */
};

/* Where the sender of an advertisement stands. */
enum {
  WMGWD2_STATE_UNKNOWN = 0,   /* its packets do not say; the core waits before it leaves VNIs to it */
  WMGWD2_STATE_LISTENING = 1, /* it serves nothing yet, and nothing may be left to it */
  WMGWD2_STATE_ACTIVE = 2,    /* it serves */
  WMGWD2_STATE_LEAVING = 3    /* it is about to stop: what it owns should be taken over */
};

/* Another gateway's advertisement, as it was received. Addresses are in host byte order. */
struct wmgwd2_advertisement {
  uint32_t size;          /* sizeof(wmgwd2_advertisement) */
  uint32_t state;         /* WMGWD2_STATE_... */
  uint64_t uid;           /* who sent it; never 0 */
  uint32_t source;        /* its IPv4 address */
  uint32_t own_address;   /* the address that this gateway sends from; 0 if it has none. Another source under one's own
                             uid betrays a second gateway of that uid */
  int64_t received_at_ns; /* when the kernel received it, which may be well before it was read; 0 is now */
  int64_t interval_ns;    /* the sender's interval, or 0 if it does not say */
  uint32_t weight;        /* the sender's share relative to others', 1 to 65535, or 0 if it does not say */
  uint32_t reserved;      /* 0 */
};

/*
 * The daemon's functions. The first argument is always the `host` that the plugin was given.
 *
 * The structure is valid as long as the process runs, so that a thread which comes late does no harm; what is called
 * after the instance was stopped does nothing. No pointer in it is NULL. None of these functions blocks, except for a
 * lock that is held for microseconds.
 */
struct wmgwd2_host {
  uint32_t abi;  /* WMGWD2_PLUGIN_ABI of the host */
  uint32_t size; /* sizeof(wmgwd2_host) in the host */
  void *context; /* the host's own */

  /* -- For every plugin ---------------------------------------------------------------------------------------- */

  /* Logs one line, whose component is the plugin's name. Say what an operator should know, once, not per packet. */
  void (*log)(const wmgwd2_host *host, uint32_t level, const char *message);

  /* The time now, in ns. */
  int64_t (*now)(const wmgwd2_host *host);

  /*
   * Adds to a counter, which starts at 0 and is shown by 'wmgwd2 status' as PLUGIN.NAME: a-z, 0-9 and dashes, the unit
   * last ("lateness-max-us"). At most 64 names; more are ignored. Effectors and discoveries only.
   */
  void (*count)(const wmgwd2_host *host, const char *name, int64_t amount);

  /* -- For effectors and discoveries, on the plugin's thread ---------------------------------------------------- */

  /*
   * Calls on_readable(user) on the plugin's thread whenever the descriptor can be read, or has failed, until unwatch.
   * A second watch of a descriptor replaces the first. Returns 0; or -1 when nothing is watched: on a thread that is not
   * the plugin's, without on_readable, or for a descriptor that is not open or cannot be waited for (a regular file).
   */
  int (*watch)(const wmgwd2_host *host, int descriptor, void (*on_readable)(void *user), void *user);

  /* Forgets a descriptor; call it before closing the descriptor. */
  void (*unwatch)(const wmgwd2_host *host, int descriptor);

  /*
   * Calls action(user) once on the plugin's thread, at a time (ns) or as soon after it as the thread runs. Returns the
   * timer's number, or 0 on a thread that is not the plugin's.
   */
  uint64_t (*schedule)(const wmgwd2_host *host, int64_t at_ns, void (*action)(void *user), void *user);

  /* Takes a timer back; nothing happens if it has fired, or if it is 0. */
  void (*cancel)(const wmgwd2_host *host, uint64_t timer);

  /* -- For effectors -------------------------------------------------------------------------------------------- */

  /*
   * The number of the call of prepare, take_over or release that is under way, or of the last one: 1 and up. A plugin
   * whose reports come later, or from a thread of its own, asks for it in the call, keeps it with the VNIs, and says in
   * its report which call it answers.
   */
  uint64_t (*moment)(const wmgwd2_host *host);

  /*
   * Says what came of VNIs: outcomes[i] (WMGWD2_STANDBY ...) of vnis[i]; reasons[i] says why one failed. `reasons` may
   * be NULL, and so may each of them. `moment` is the call that it answers; a report on a VNI that has been taken over or
   * released since that call is out of date, and dropped. Otherwise a later report replaces an earlier one.
   *
   * 0 is the moment at which report is called. That is right on the plugin's thread for what is so now. A thread of the
   * plugin's own that gives 0 races with the next call: an ACTIVE that it reports just after release was called is taken
   * as the answer to that release, which has then gone wrong.
   */
  void (*report)(const wmgwd2_host *host, uint64_t moment, const uint32_t *vnis, const uint8_t *outcomes,
                 const char *const *reasons, size_t count);

  /*
   * Says that VNIs are no longer what was last reported of them, and why; `moment` as for `report`, of the last call
   * before it was seen. The host answers with take_over or release; do not repair on your own, only the host knows
   * whether it should be.
   */
  void (*drift)(const wmgwd2_host *host, uint64_t moment, const uint32_t *vnis, const char *const *reasons,
                size_t count);

  /* Asks that the whole chain announce these VNIs again, as far as they are held: an announcement did not arrive. */
  void (*request_refresh)(const wmgwd2_host *host, const uint32_t *vnis, size_t count);

  /* -- For discoveries ------------------------------------------------------------------------------------------ */

  /*
   * Another gateway's advertisement. One's own, come back, is not reported; a stranger's under one's own uid is. One
   * without its size, or of uid 0, is dropped: the first is logged as an error, all are counted
   * (advertisements-malformed), for a gateway that hears nobody takes everything over.
   */
  void (*heard)(const wmgwd2_host *host, const wmgwd2_advertisement *advertisement);

  /* An advertisement left at that time, for all that this host can know. */
  void (*advertised)(const wmgwd2_host *host, int64_t at_ns);

  /* Everything that was received until that time has been reported; the answer to `drain`. */
  void (*drained)(const wmgwd2_host *host, int64_t through_ns);

  /* It was time to advertise, but the last advertisement was a detection time ago; silent until told to speak again. */
  void (*lapsed)(const wmgwd2_host *host, int64_t at_ns);

  /* No peer can hear this gateway, for this reason; nothing is sent until it is connected. */
  void (*isolated)(const wmgwd2_host *host, const char *reason);

  /* The reason for the isolation is gone, or there never was one. */
  void (*connected)(const wmgwd2_host *host);

  /*
   * 1 while the gateway's core is alive, else 0. Ask before each periodic advertisement, and stay silent at 0: a
   * gateway that hangs must not be taken for a live one.
   */
  int (*may_advertise)(const wmgwd2_host *host);
};

/* ---------------------------------------------------------------------------------------------------------------------
 * A strategy: who owns what
 *
 * Every gateway asks its own copy, and they must agree without a word. So the answer is
 * - deterministic: it depends on the arguments and the options alone. No clock, no random numbers, no address of an
 *   object, no floating point whose result may differ between machines;
 * - independent of order: gateways come sorted. With `score`, the answer for a VNI does not depend on the other VNIs of
 *   the call, which then may be any of them. Without it the daemon passes all VNIs of the fleet in each call, and the
 *   answer may depend on them (so that each gateway gets its share exactly): it then changes with the fleet's VNIs;
 * - total: every VNI gets one of the gateways.
 * ------------------------------------------------------------------------------------------------------------------ */

/* How many VNIs change owner when one gateway joins or leaves. */
enum {
  WMGWD2_DISRUPTION_UNBOUNDED = 0, /* any number, up to nearly all */
  WMGWD2_DISRUPTION_LOW = 1,       /* more than the least, and few */
  WMGWD2_DISRUPTION_MINIMAL = 2    /* a joiner takes VNIs and nobody else does, a leaver's VNIs move and no others */
};

/* What else a strategy promises. */
enum {
  WMGWD2_COMMON_RANKING = 1 /* each VNI has one ranking of all gateways that does not depend on who is alive: then
                               gateways with unequal views never leave a VNI without an owner */
};

struct wmgwd2_strategy {
  uint32_t size;       /* sizeof(wmgwd2_strategy) */
  uint32_t promises;   /* WMGWD2_COMMON_RANKING or 0; shown, not checked */
  uint32_t disruption; /* WMGWD2_DISRUPTION_... */
  uint32_t balance;    /* the most VNIs of one gateway in thousandths of the mean, 1150 is 1.15; 0: nothing promised */
  const char *cost;    /* of a full pass, for K VNIs and N gateways: "2 ns * K * N"; or NULL */
  const char *memory;  /* beyond two bytes per VNI: "8 B * K"; or NULL */

  /*
   * Makes an instance with these options; *instance is NULL before, and may stay so. `values` are valid until `destroy`.
   * May be NULL, if there is nothing to make. Also called by commands that only compare strategies.
   */
  int (*create)(const wmgwd2_host *host, const wmgwd2_gateway *gateway, const wmgwd2_value *values, void **instance,
                char *reason, size_t reason_size);

  /*
   * Writes for each VNI the index of its owner in `gateways`. One call per change of the view, with thousands or
   * millions of VNIs: the loop is yours.
   *
   * vnis           ascending, vni_count of them (0 is possible)
   * gateways       uids, ascending, 1 to 65535 of them, none twice
   * owners         vni_count places; an index that is not below gateway_count is taken as 0, and logged
   *
   * May be NULL where `score` is not: then the gateway with the greatest score owns, of equal ones the lowest uid.
   */
  void (*assign)(const void *instance, const uint32_t *vnis, size_t vni_count, const uint64_t *gateways,
                 size_t gateway_count, uint16_t *owners);

  /*
   * Optional: writes the score of each pair (vnis[i], gateways[i]), count of them. The greatest owns, of equal ones the
   * lowest uid, and `assign` must say the same. With it a gateway that joins costs one score per VNI, one that leaves
   * only those of its own VNIs. May be NULL.
   */
  void (*score)(const void *instance, const uint32_t *vnis, const uint64_t *gateways, size_t count, uint64_t *scores);

  /*
   * Optional: what an operator should know of this strategy with these gateways ("these uids are too small"), one line
   * into `advice`. Returns 1 if there is something, else 0. Each text is logged once. May be NULL.
   */
  int (*advise)(const void *instance, const uint64_t *gateways, size_t gateway_count, char *advice,
                size_t advice_size);

  /* Frees an instance, on any thread; no other call on it is under way or follows. May be NULL. */
  void (*destroy)(void *instance);
};

/* ---------------------------------------------------------------------------------------------------------------------
 * An effector: makes it so
 *
 * Effectors form a chain (--effector macvlan,garp,mine). A VNI that is taken over comes to an effector when the one
 * before has reported it WMGWD2_ACTIVE; one that is released goes the other way, from the last to the first.
 *
 * An effector is told what should be. It looks at what is, and acts on the difference: being told twice does nothing
 * more. It reports every VNI that it was told of, at once or as soon as it is confirmed, and one that fails never stops
 * the others. Its functions may block, at the price of its own delay alone; what comes meanwhile is merged to the latest
 * command per VNI.
 * ------------------------------------------------------------------------------------------------------------------ */

/* What an effector is like. */
enum {
  WMGWD2_ANNOUNCES_TAKEOVERS = 1 /* clients learn of a takeover by it; a chain without such a one is warned of */
};

/* How bad a finding of `inspect` is. */
enum {
  WMGWD2_FINDING_OK = 0,
  WMGWD2_FINDING_WARNING = 1, /* it works, and something about it will hurt one day */
  WMGWD2_FINDING_ERROR = 2    /* it does not work */
};

/*
 * Takes one finding for 'wmgwd2 check'. vni: the VNI it is about, or 0 for the host; subject: an interface, a setting;
 * message: what is so; fix: the command that mends it, or NULL. `to` is handed through.
 */
typedef void (*wmgwd2_find)(void *to, uint32_t severity, uint32_t vni, const char *subject, const char *message,
                            const char *fix);

struct wmgwd2_effector {
  uint32_t size;  /* sizeof(wmgwd2_effector) */
  uint32_t flags; /* WMGWD2_ANNOUNCES_TAKEOVERS or 0 */

  /*
   * Optional: looks whether it could work here, and changes nothing. Called before anything is started, where a failure
   * keeps the daemon from starting; and at each SIGHUP, on another thread and beside a running instance, where a failure
   * keeps the new configuration from being taken. May be NULL.
   */
  int (*validate)(const wmgwd2_gateway *gateway, const wmgwd2_value *values, char *reason, size_t reason_size);

  /*
   * Optional: what 'wmgwd2 check' should say of this host, without changing anything. It is asked of the host, not of a
   * gateway: of `gateway` only the ranges count, the uid is UINT64_MAX and the times are the defaults. May be NULL.
   */
  void (*inspect)(const wmgwd2_gateway *gateway, const wmgwd2_value *values, wmgwd2_find find, void *to);

  /*
   * Makes an instance, on its thread, and changes nothing yet; another plugin may find that it cannot work here.
   * *instance is NULL before, and may stay so. `gateway` and `values` are valid until `stop` returns. May be NULL.
   */
  int (*create)(const wmgwd2_host *host, const wmgwd2_gateway *gateway, const wmgwd2_value *values, void **instance,
                char *reason, size_t reason_size);

  /*
   * Opens what is needed, makes every VNI standby, whatever it was before, and reports each (WMGWD2_STANDBY or
   * WMGWD2_FAILED). A failure means that nothing can ever work: the gateway then stops.
   */
  int (*prepare)(void *instance, const uint32_t *vnis, size_t count, char *reason, size_t reason_size);

  /* These VNIs are ours now: makes them active and reports each. Repeated for one that has drifted or failed. */
  void (*take_over)(void *instance, const uint32_t *vnis, size_t count);

  /*
   * These VNIs are not ours: makes them standby and reports each. owners[i] is the uid that has vnis[i] now, 0 if nobody
   * is known to.
   */
  void (*release)(void *instance, const uint32_t *vnis, const uint64_t *owners, size_t count);

  /*
   * Optional: these VNIs are being handed over. Another gateway takes them over now, and they are released soon: serves
   * on, but claims them no longer. Nothing is reported. If they stay after all, take_over says so. May be NULL.
   */
  void (*hand_over)(void *instance, const uint32_t *vnis, size_t count);

  /* Optional: tells the world again that these VNIs, which are active, are here; nothing is reported. May be NULL. */
  void (*refresh)(void *instance, const uint32_t *vnis, size_t count);

  /*
   * Optional: the gateway stops, and the releases that follow are of everything, and the last. For what can be withdrawn
   * as a whole. Nothing is reported. May be NULL.
   */
  void (*prepare_to_stop)(void *instance);

  /*
   * Ends everything: its threads, its descriptors, the instance. Called exactly once for each `create` that succeeded,
   * also when `prepare` failed. VNIs have been released by then, unless that failed.
   */
  void (*stop)(void *instance);
};

/* ---------------------------------------------------------------------------------------------------------------------
 * A discovery: finds the other gateways, and tells them of this one
 *
 * It decides nothing. It reports what it hears, and it advertises when it is told that it may; it times the periodic
 * advertisements itself.
 * - It listens from `start` on, and never speaks before advertise(WMGWD2_SPEAK).
 * - It reports `connected` once there is a way to the peers, `isolated` when there is none.
 * - It asks `may_advertise` before each periodic advertisement, and stays silent at 0.
 * - When its last advertisement was a detection time ago, the peers have given this gateway up: it falls silent and
 *   reports `lapsed`, whatever caused the gap.
 * ------------------------------------------------------------------------------------------------------------------ */

/* Whether a discovery speaks. */
enum {
  WMGWD2_SILENT = 0,  /* not a word */
  WMGWD2_SPEAK = 1,   /* three packets at once (one lost packet must not make two owners), burst_spacing_ns apart; then
                         one per interval */
  WMGWD2_FAREWELL = 2 /* a last burst, so that the peers' detection times start together; then silence */
};

struct wmgwd2_discovery {
  uint32_t size;  /* sizeof(wmgwd2_discovery) */
  uint32_t flags; /* 0 */

  /* Optional: as an effector's, on any thread, also beside a running instance. May be NULL. */
  int (*validate)(const wmgwd2_gateway *gateway, const wmgwd2_value *values, char *reason, size_t reason_size);

  /* Makes an instance, on its thread: as an effector's. May be NULL. */
  int (*create)(const wmgwd2_host *host, const wmgwd2_gateway *gateway, const wmgwd2_value *values, void **instance,
                char *reason, size_t reason_size);

  /*
   * Begins to listen. Fails only when it can never work (the port is taken, no permission): the gateway then does not
   * start. What may still come, such as an address, is waited for: report `isolated`, and `connected` later.
   */
  int (*start)(void *instance, char *reason, size_t reason_size);

  /* Starts or ends advertising: WMGWD2_SILENT, WMGWD2_SPEAK or WMGWD2_FAREWELL. */
  void (*advertise)(void *instance, uint32_t mode);

  /* Reads all that is waiting, reports it, then reports `drained` with the time at which nothing was left. */
  void (*drain)(void *instance);

  /* Ends everything, and frees the instance. Called exactly once for each `create` that succeeded. */
  void (*stop)(void *instance);
};

#ifdef __cplusplus
}
#endif

#endif
