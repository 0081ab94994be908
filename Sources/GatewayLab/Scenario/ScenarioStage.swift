import LinuxNetworking
import WMGFramework

/// What a scenario is played on: a network with its instruments, and the screen.
protocol ScenarioStage: AnyObject {
  var screen: TerminalScreen { get }
  var interruption: Interruption { get }
  var gateways: [LabGateway] { get }
  /// The gateways whose daemon's end would be a surprise.
  var expectedToRun: Set<Int> { get set }
  var stepNumber: Int { get set }

  /// Plays the scenario and returns the exit code.
  func play() throws -> Int32
  /// Brings the picture up to date.
  func refresh()
  /// Gives the screen back and removes the network.
  func close()
}

extension ScenarioStage {
  /// Whether somebody looks on.
  var isWatched: Bool { screen.isLive }

  func say(_ text: String) {
    screen.print([StyledText(text)])
  }

  func paragraph(_ text: String) {
    let width = min(screen.width, 100) - 4
    screen.print(wrapped(text, width: width).map { StyledText("  " + $0) } + [""])
  }

  func title(_ text: String) {
    stepNumber += 1
    screen.print([StyledText("\(stepNumber). \(text)", .bold)])
  }

  func show(_ lines: [StyledText]) {
    screen.print(lines)
  }

  func mark(_ good: Bool) -> String {
    screen.hasUnicode ? (good ? "✓" : "✗") : (good ? "ok:" : "NOT AS EXPECTED:")
  }

  /// Waits until `condition` holds; keeps the picture moving.
  ///
  /// - Throws: `LabError` when a daemon ends that should not; `Interruption.Signal`.
  @discardableResult
  func wait(patience: Duration, until condition: () -> Bool = { false }) throws -> Bool {
    let begin = BootTimeClock.now
    while !condition() {
      try checkDaemons()
      refresh()
      guard BootTimeClock.now - begin < patience else { return false }
      try interruption.pause(milliseconds: screen.isLive ? 40 : 20)
    }
    refresh()
    return true
  }

  /// Time to read, for people.
  func linger() throws {
    guard isWatched else { return }
    try wait(patience: .milliseconds(1500))
  }

  private func checkDaemons() throws {
    for gateway in gateways where expectedToRun.contains(gateway.index) {
      guard let process = gateway.daemon, let ending = process.wait(for: .zero) else { continue }
      let last = gateway.log().split(separator: "\n").last.map(String.init) ?? "it said nothing"
      throw LabError("\(gateway.name)'s daemon has ended (\(ending)): \(last)")
    }
  }
}
