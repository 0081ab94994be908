import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import ForeignHashing

/// Functions that no gateway should call, tried by a real daemon's processes.
@Suite struct ProbeTests {
  @Test(
    "What a function does in its own process is told, and kept out of this one",
    arguments: [
      ("crash", "u64(vni,uid)", "signature", "crashed with SIGSEGV when it was called for VNI 1 and uid 1;"),
      ("data", "u64(vni,uid)", "signature", "crashed with SIGSEGV"),
      (
        "crash_late", "u64(vni,uid)", "signature",
        "crashed with SIGABRT when it was called for VNI 65536 and uid 1;"
      ),
      ("leave", "u64(vni,uid)", "signature", "ended the process with exit code 0 when it was called"),
      ("remember", "u64(vni,uid)", "symbol", "called twice for"),
      ("clock_now", "u64(vni,uid)", "symbol", "called twice for"),
      ("random_seed", "u64(vni,uid)", "symbol", "in two processes"),
      ("address", "u64(vni,uid)", "symbol", "in two processes"),
      ("constant", "u64(vni,uid)", "symbol", "is always 7"),
      ("only_vni", "u64(vni,uid)", "signature", "does not depend on the uid"),
      ("only_uid", "u64(vni,uid)", "signature", "does not depend on the VNI"),
      ("not_a_number", "f64(vni,uid)", "symbol", "NaN for VNI 100 and uid 1"),
      ("mixx", "u64(vni,uid)", "symbol", "has no such function"),
    ])
  func refuses(_ symbol: String, _ signature: String, _ option: String, _ words: String) throws {
    let error = #expect(throws: ForeignFailure.self) {
      try prober.probe(try description(symbol, signature))
    }
    #expect(error?.option.rawValue == option)
    #expect(error?.text.contains(words) == true, "\(error?.text ?? "")")
  }

  @Test("A function that hangs is given up, and its process ended")
  func hangs() throws {
    let prober = ChildProber(program: daemonPath, patience: .seconds(2))
    let error = #expect(throws: ForeignFailure.self) {
      try prober.probe(try description("hang", "u64(vni,uid)"))
    }
    #expect(error?.text.contains("did not return within 2s when it was called for VNI 1 and uid 1") == true)
  }

  @Test("A sound function passes, whatever it prints", arguments: ["mix", "chatty"])
  func passes(_ symbol: String) throws {
    let findings = try prober.probe(try description(symbol, "u64(vni,uid)"))
    #expect(findings.scores == ProbeKeys.pairs.map(try strategy("mix", "u64(vni,uid)").score))
    #expect(findings.libraryPath == FixtureLibrary.path)
  }

  @Test("A library whose initialisation crashes is told of")
  func crashesAtOnce() throws {
    let library = FixtureLibrary.build(
      "initialiser", "__attribute__((constructor)) static void start(void) { __builtin_trap(); }")
    let error = #expect(throws: ForeignFailure.self) {
      try prober.probe(try description("x", "u64(vni,uid)", in: library))
    }
    #expect(error?.option == .library && error?.text.contains("its initialisation crashed with SIG") == true)
  }

  @Test("No library, and no library at all")
  func noLibrary() throws {
    for (library, words) in [
      ("libnone.so.9", "No such file or directory; install its package"),
      ("/nonexistent/lib.so", "no such file"), ("/etc/passwd", "invalid ELF header"),
    ] {
      let error = #expect(throws: ForeignFailure.self) {
        try prober.probe(try description("x", "u64(vni,uid)", in: library))
      }
      #expect(error?.option == .library && error?.text.contains(words) == true, "\(error?.text ?? "")")
    }
  }

  @Test("A program that is no daemon is not taken for a crash, and does not start itself for ever")
  func noDaemon() throws {
    for program in ["/bin/true", "/bin/false", "/nonexistent"] {
      let error = #expect(throws: ForeignFailure.self) {
        try ChildProber(program: program).probe(try description("mix", "u64(vni,uid)"))
      }
      #expect(error?.text.contains("cannot be tried") == true, "\(error?.text ?? "")")
    }
  }

  @Test("Other results have another fingerprint, other libraries with the same results have not")
  func fingerprints() throws {
    let copy = FixtureLibrary.build("other", "// The same.\n" + FixtureLibrary.functions)
    let same = try prober.probe(try description("fnv1a", "u64(bytes,size)", in: copy))
    let fnv = try prober.probe(try description("fnv1a", "u64(bytes,size)"))
    let mix = try prober.probe(try description("mix", "u64(vni,uid)"))
    #expect(fnv.fingerprint == same.fingerprint)
    #expect(fnv.fingerprint != mix.fingerprint)
    #expect(fnv.fingerprint.count == 8)
  }
}
