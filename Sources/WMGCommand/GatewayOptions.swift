import ArgumentParser
import WMGFramework

/// The options that say which VNIs and which timing; all are text here and checked in `configuration`, so that every
/// complaint can name the option and the fix.
struct GatewayOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "This gateway's unique ID, 1 to 18446744073709551615; 0 or none: a random one.", valueName: "uid"))
  var uid: String?

  @Option(
    help: ArgumentHelp("The VNIs that the fleet serves: numbers and ranges with commas.", valueName: "set"))
  var vnis: String?

  @Option(help: ArgumentHelp("Lowest VNI, when --vnis is not given. (default: 1)", valueName: "vni"))
  var minvni: String?

  @Option(help: ArgumentHelp("Highest VNI, when --vnis is not given. (default: 100)", valueName: "vni"))
  var maxvni: String?

  @Option(help: ArgumentHelp("Time between two advertisements, 10ms to 60s.", valueName: "duration"))
  var interval: String = "1s"

  @Option(
    help: ArgumentHelp("How many silent intervals mean that a gateway is dead, 2 to 50.", valueName: "count"))
  var multiplier: String = "3"

  @Option(
    help: ArgumentHelp(
      "How long a gateway that heard nobody waits before it takes over, 0 to 1h. (default: 300ms, or interval × multiplier if that is less)",
      valueName: "duration"))
  var claimDelay: String?

  @Option(
    help: ArgumentHelp(
      "How long beyond interval × multiplier a stopping gateway goes on serving.", valueName: "duration"))
  var stopMargin: String = "300ms"

  @Option(
    help: ArgumentHelp(
      "On a planned handover: how long a VNI is held after its new owner has taken over. (default: as the effectors advise; macvlan: 200ms in the direct topology, else 0; frr: 200ms and 0.5ms per VNI, at most 2s)",
      valueName: "duration"))
  var handoverOverlap: String?

  @Option(
    help: ArgumentHelp(
      "How long a release waits for one effector, such as FRR's withdrawal, before it goes on without it.",
      valueName: "duration"))
  var releasePatience: String = "500ms"

  @Option(
    help: ArgumentHelp(
      "Hold VNIs for a joiner that speaks before it can serve, as the Go daemon does: on or off.",
      valueName: "on|off"))
  var holdForJoiner: String = "on"

  @Option(
    help: ArgumentHelp(
      "While no peer can hear us: keep what we hold, or release it until a peer is heard.",
      valueName: "keep|release"))
  var whenIsolated: String = "keep"

  @Option(help: ArgumentHelp("How many peers are remembered, 1 to 65534.", valueName: "count"))
  var peerLimit: String = "1024"
}

extension GatewayOptions {
  /// The configuration these options ask for.
  ///
  /// - Throws: `UsageError`, which names the option and the fix.
  func configuration() throws(UsageError) -> GatewayConfiguration {
    var configuration = GatewayConfiguration(uid: try gatewayID(), vnis: try vniSet())
    configuration.interval = try duration("interval", interval, in: .milliseconds(10)...(.seconds(60)))
    configuration.detectionMultiplier = try number("multiplier", multiplier, in: 2...50)
    if let claimDelay {
      configuration.claimDelay = try duration("claim-delay", claimDelay, in: .zero...(.seconds(3600)))
    }
    configuration.stopMargin = try duration("stop-margin", stopMargin, in: .zero...(.seconds(60)))
    if let handoverOverlap {
      configuration.handoverOverlap = try duration(
        "handover-overlap", handoverOverlap, in: .zero...(.seconds(10)))
    }
    configuration.releasePatience = try duration(
      "release-patience", releasePatience, in: .zero...(.seconds(60)))
    guard let holds = Bool(optionText: holdForJoiner) else {
      throw UsageError("--hold-for-joiner '\(holdForJoiner)' is neither on nor off")
    }
    configuration.holdsForJoiners = holds
    guard let policy = GatewayConfiguration.IsolationPolicy(rawValue: whenIsolated) else {
      throw UsageError("--when-isolated '\(whenIsolated)' is unknown; it takes keep or release")
    }
    configuration.whenIsolated = policy
    configuration.peerLimit = try number("peer-limit", peerLimit, in: 1...65534)
    return configuration
  }

  private func gatewayID() throws(UsageError) -> GatewayID {
    let text = uid ?? "0"
    guard let number = UInt64(text) else {
      let isTooLarge = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
      throw UsageError(
        isTooLarge
          ? "--uid \(text) is out of range; a uid is 1 to 18446744073709551615 (2^64 - 1), or 0 for a random one"
          : "--uid '\(text)' is not a number; a uid is 1 to 18446744073709551615, or 0 for a random one")
    }
    var generator = SystemRandomNumberGenerator()
    return GatewayID(rawValue: number) ?? .random(using: &generator)
  }

  /// The VNIs, by whichever options they were given.
  func vniSet() throws(UsageError) -> VNISet {
    if let vnis {
      let bounds = [minvni.map { _ in "--minvni" }, maxvni.map { _ in "--maxvni" }].compactMap { $0 }
      guard bounds.isEmpty else {
        throw UsageError(
          "--vnis and \(bounds.joined(separator: " and ")) exclude each other; give the set or the bounds")
      }
      do {
        return try VNISet(parsing: vnis)
      } catch {
        throw UsageError("--vnis: \(error)")
      }
    }
    let lower = try vni("minvni", minvni ?? "1")
    let upper = try vni("maxvni", maxvni ?? "100")
    guard lower <= upper else {
      throw UsageError("--minvni \(lower) is above --maxvni \(upper); give the lower VNI to --minvni")
    }
    return VNISet(lower...upper)
  }

  private func vni(_ option: String, _ text: String) throws(UsageError) -> VNI {
    guard let number = UInt32(text), let vni = VNI(rawValue: number) else {
      throw UsageError("--\(option) '\(text)' is not a VNI; a VNI is 1 to 16777215")
    }
    return vni
  }

  private func number(_ option: String, _ text: String, in range: ClosedRange<Int>) throws(UsageError) -> Int
  {
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "--\(option) '\(text)' must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private func duration(
    _ option: String, _ text: String, in range: ClosedRange<Duration>
  ) throws(UsageError) -> Duration {
    guard let duration = Duration(optionText: text), range.contains(duration) else {
      throw UsageError(
        "--\(option) '\(text)' must be a duration from \(range.lowerBound.optionText) to "
          + "\(range.upperBound.optionText), such as 200ms or 1s")
    }
    return duration
  }
}
