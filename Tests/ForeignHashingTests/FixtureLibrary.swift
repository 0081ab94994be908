import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import ForeignHashing

/// A shared library with functions of all kinds, compiled here and now.
enum FixtureLibrary {
  /// Whose folder it is: a child of the test process that exits, as other tests fork them, must leave it alone.
  private static let owner = getpid()

  /// A folder that nobody else may write to; it goes with the test process.
  static let folder: String = {
    _ = owner
    var template = Array("/tmp/wmgforeign-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no folder in /tmp: errno \(errno)") }
    atexit {
      guard getpid() == FixtureLibrary.owner else { return }
      _ = try? ExternalProgram("/bin/rm", ["-rf", FixtureLibrary.folder]).run(within: .seconds(5))
    }
    return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }()

  /// The path of the library with all of `functions`.
  static let path = build("functions", functions)

  /// Compiles C into a shared library.
  static func build(_ name: String, _ source: String) -> String {
    let library = "\(folder)/\(name).so"
    let compiler = ExternalProgram(
      "/usr/bin/env",
      ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", library, "-xc", "-"], input: source)
    do {
      let run = try compiler.run(within: .seconds(60))
      guard run.ending == .exited(0) else { fatalError("cc: \(run)") }
    } catch {
      fatalError("\(error); is gcc installed? scripts/install-dependencies.sh installs it")
    }
    return library
  }

  static let functions = """
    #include <stddef.h>
    #include <stdint.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <time.h>
    #include <unistd.h>
    #include <math.h>

    uint64_t fnv1a(const uint8_t *bytes, size_t size) {
      uint64_t hash = 0xcbf29ce484222325;
      for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
      return hash;
    }
    static uint64_t finalize(uint64_t x) {
      x = (x ^ x >> 33) * 0xff51afd7ed558ccd;
      x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53;
      return x ^ x >> 33;
    }
    uint64_t mix(uint32_t vni, uint64_t uid) { return finalize(finalize(uid) ^ vni); }
    double mix_floating(float vni, double uid) { return (double)(mix((uint32_t)vni, (uint64_t)uid) >> 12); }
    float mix_single(uint32_t vni, uint64_t uid) { return (float)((int64_t)mix(vni, uid) >> 40); }

    /* Registers are wider than these arguments: all must have come through whole. */
    int64_t narrow(int8_t a, int16_t b, int32_t c, uint8_t d, uint32_t vni, uint64_t uid) {
      return a * 1000003 + b * 10007 + c * 101 + d * 7 + (int64_t)vni - (int64_t)(uid & 0xffff);
    }
    /* To be declared as returning less than it does: the rest must not count. */
    uint64_t wide(uint32_t vni, uint64_t uid) { return mix(vni, uid); }
    int64_t many(uint32_t a, uint64_t b, int8_t c, uint16_t d, int32_t e, uint64_t f, int64_t g, double h, float i,
                 const char *j, void *k) {
      return k ? 0 : (int64_t)mix(a, b) + c + d + e + (int64_t)f + g + (int64_t)(h * 4) + (int64_t)(i * 4) + j[0];
    }
    uint64_t eight(uint32_t a, uint64_t b, uint8_t c, uint8_t d, uint8_t e, uint8_t f, uint8_t g, uint8_t h) {
      return mix(a, b) + c + 2 * d + 3 * e + 4 * f + 5 * g + 6 * h;
    }
    uint64_t salted(const char *salt, const uint8_t *bytes, size_t size) {
      uint64_t hash = fnv1a(bytes, size);
      while (*salt) hash = finalize(hash ^ (uint8_t)*salt++);
      return hash;
    }
    void write64(const uint8_t *bytes, int size, uint32_t seed, void *out) {
      ((uint64_t *)out)[0] = fnv1a(bytes, size) ^ seed;
      ((uint64_t *)out)[1] = 42;
    }
    int write32(const uint8_t *bytes, int size, uint32_t *out) { *out = (uint32_t)fnv1a(bytes, size); return 1; }

    uint64_t crash(uint32_t vni, uint64_t uid) { return *(volatile uint64_t *)0; }
    uint64_t crash_late(uint32_t vni, uint64_t uid) { if (vni == 65536) abort(); return mix(vni, uid); }
    uint64_t hang(uint32_t vni, uint64_t uid) { for (;;) pause(); }
    uint64_t leave(uint32_t vni, uint64_t uid) { exit(0); }
    uint64_t remember(uint32_t vni, uint64_t uid) { static uint64_t last; return mix(vni, uid) + last++ / 64; }
    uint64_t clock_now(uint32_t vni, uint64_t uid) {
      struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now); return mix(vni, uid) + now.tv_nsec;
    }
    uint64_t random_seed(uint32_t vni, uint64_t uid) {
      static uint64_t seed; if (!seed) seed = (uint64_t)getpid(); return mix(vni, uid ^ seed);
    }
    uint64_t address(uint32_t vni, uint64_t uid) { return mix(vni, uid) ^ (uint64_t)&address; }
    uint64_t constant(uint32_t vni, uint64_t uid) { return 7; }
    uint64_t only_vni(uint32_t vni, uint64_t uid) { return finalize(vni); }
    uint64_t only_uid(uint32_t vni, uint64_t uid) { return finalize(uid); }
    double not_a_number(uint32_t vni, uint64_t uid) { return vni == 100 ? NAN : (double)mix(vni, uid); }
    uint64_t chatty(uint32_t vni, uint64_t uid) { printf("score 1\\n"); fflush(stdout); return mix(vni, uid); }
    uint64_t product(uint32_t vni, uint64_t uid) { return vni * (uid & 0xff); }
    int data = 1;
    """
}

/// The program under test, beside the tests or named in `WMGWD2`: in it functions are tried.
let daemonPath: String = {
  if let named = getenv("WMGWD2") { return String(cString: named) }
  let tests = realpath("/proc/self/exe", nil)!
  defer { free(tests) }
  let path = String(cString: tests)
  return path[...path.lastIndex(of: "/")!] + "wmgwd2"
}()

let prober = ChildProber(program: daemonPath, patience: .seconds(20))

func description(
  _ symbol: String, _ signature: String, in library: String = FixtureLibrary.path
) throws -> ForeignDescription {
  ForeignDescription(
    library: library, symbol: symbol, signature: try ForeignSignature(parsing: signature))
}

func strategy(
  _ symbol: String, _ signature: String, in library: String = FixtureLibrary.path,
  _ route: ForeignFunction.Route? = nil
) throws -> ForeignStrategy {
  ForeignStrategy(try ForeignFunction(try description(symbol, signature, in: library), route: route))
}

func score(_ strategy: ForeignStrategy, _ vni: UInt32, _ uid: UInt64) -> UInt64 {
  strategy.score(of: ProbeKeys.Pair(vni: VNI(rawValue: vni)!, gateway: GatewayID(rawValue: uid)!))
}

func uids(_ numbers: some Sequence<UInt64>) -> [GatewayID] {
  numbers.map { GatewayID(rawValue: $0)! }.sorted()
}
