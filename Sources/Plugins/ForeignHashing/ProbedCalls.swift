import Glibc
import WMGFramework

/// The inside of a probe's process: calls the function and prints each score as it comes.
enum ProbedCalls {
  /// Runs to the end, or as far as the function lets it.
  static func run(_ description: ForeignDescription) {
    limitDamage()
    let output = Output()
    output.write(ProbeTranscript.heading)
    do throws(ForeignFailure) {
      let function = try ForeignFunction(description)
      output.write(ProbeTranscript.line(library: function.libraryPath))
      let strategy = ForeignStrategy(function)
      for call in ProbeKeys.calls {
        output.write(ProbeTranscript.line(score: strategy.score(of: ProbeKeys.pairs[call])))
      }
    } catch {
      output.write(ProbeTranscript.line(error))
    }
  }

  /// A crash leaves no core file, and a function that hangs ends even if nobody is left to kill it.
  private static func limitDamage() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    var seconds = rlimit(rlim_cur: 60, rlim_max: 60)
    setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &seconds)
  }

  /// Standard output, kept for the transcript alone: what the library prints goes to standard error.
  private struct Output {
    private let descriptor: CInt

    init() {
      descriptor = dup(STDOUT_FILENO)
      dup2(STDERR_FILENO, STDOUT_FILENO)
    }

    func write(_ line: String) {
      var line = line + "\n"
      line.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
  }
}

extension ForeignStrategy {
  /// The score of one pair.
  func score(of pair: ProbeKeys.Pair) -> UInt64 {
    var score: [UInt64] = [0]
    var span = score.mutableSpan
    self.score([pair.vni].span, [pair.gateway].span, into: &span)
    return score[0]
  }
}
