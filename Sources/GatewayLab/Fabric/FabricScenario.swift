/// The story that `wmgwd2 lab --evpn` tells: gateways start, one dies, comes back, and one is stopped, as an access
/// point of their EVPN fabric sees it.
public struct FabricScenario {
  private let options: FabricOptions

  /// A scenario to run.
  public init(_ options: FabricOptions) {
    self.options = options
  }

  /// Builds the fabric, tells the story on standard output, and cleans up, whatever happens in between.
  ///
  /// - Returns: the exit code: 0 when everything was as expected, 1 when not, 128 + the signal's number when one ended
  ///   it early, one of sysexits when the fabric could not be built; that is said on standard error.
  public func run() -> Int32 {
    ScenarioRun.run(isLive: options.isLive) { screen, interruption in
      try FabricStage(options, screen, interruption)
    }
  }
}
