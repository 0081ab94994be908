/// The story that `wmgwd2 lab` tells: gateways start, one dies, comes back, another is stopped, a cable flaps.
public struct LabScenario {
  private let options: LabOptions

  /// A scenario to run.
  public init(_ options: LabOptions) {
    self.options = options
  }

  /// Builds the lab, tells the story on standard output, and cleans up, whatever happens in between.
  ///
  /// - Returns: the exit code: 0 when everything was as expected, 1 when not, 128 + the signal's number when one ended
  ///   it early, one of sysexits when the lab could not be built; that is said on standard error.
  public func run() -> Int32 {
    ScenarioRun.run(isLive: options.isLive) { screen, interruption in
      guard (2...8).contains(options.gatewayCount) else {
        throw LabError(
          "--gateway-count \(options.gatewayCount): the lab shows 2 to 8 gateways", exitCode: 64)
      }
      return try LabStage(options, screen, interruption)
    }
  }
}
