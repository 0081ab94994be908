import WMGFramework

@testable import WMGFramework

/// One core in a fleet of one, with what a test asks of it most.
struct CoreHarness {
  let fleet = VirtualFleet()
  let gateway: VirtualGateway

  init(
    uid: UInt64 = 100, vnis: ClosedRange<UInt32> = 1...40, effectorCount: Int = 2, isConnected: Bool = true,
    strategy: any AssignmentStrategy = MixingStrategy(),
    _ adjust: (inout GatewayConfiguration) -> Void = { _ in }
  ) {
    var configuration = Self.configuration(uid: uid, vnis: vnis)
    adjust(&configuration)
    gateway = VirtualGateway(
      configuration, strategy: strategy, effectorCount: effectorCount, at: fleet.now, isConnected: isConnected
    )
    fleet.add(gateway)
  }

  static func configuration(uid: UInt64, vnis: ClosedRange<UInt32> = 1...40) -> GatewayConfiguration {
    GatewayConfiguration(
      uid: GatewayID(rawValue: uid)!,
      vnis: VNISet(VNI(rawValue: vnis.lowerBound)!...VNI(rawValue: vnis.upperBound)!))
  }

  var now: MonotonicInstant { fleet.now }
  var phase: String { gateway.core.phase.name }
  var held: Int { gateway.effectors[0].active.count }
  var view: [UInt64] { gateway.core.membership.view.map(\.rawValue) }

  func run(_ duration: Duration) { fleet.run(for: duration) }

  /// Started and serving alone.
  func startAlone() { run(.milliseconds(3500)) }

  func send(_ events: Event...) {
    gateway.inbox += events
    run(.zero)
  }

  /// Goes over to the configuration as adjusted.
  func reconfigure(
    strategy: (any AssignmentStrategy)? = nil, _ adjust: (inout GatewayConfiguration) -> Void = { _ in }
  ) {
    var configuration = gateway.configuration
    adjust(&configuration)
    gateway.reconfigure(configuration, strategy: strategy, at: now)
    run(.zero)
  }

  /// Says `uid` at once and every interval `count` times in all.
  func speak(
    _ uid: UInt64, times count: Int = 1, every: Duration = .seconds(1), state: Advertisement.State? = .active,
    from source: UInt32 = 0x0A00_01C8
  ) {
    for index in 0..<count {
      fleet.at(every * index) { $0.forge(uid, to: 0, state: state, from: source) }
    }
    run(.zero)
  }

  func directives(since start: MonotonicInstant? = nil) -> [Directive] {
    gateway.record.filter { $0.at >= start ?? $0.at }.map(\.directive)
  }

  func logs(_ message: String? = nil, since start: MonotonicInstant? = nil) -> [LogEntry] {
    directives(since: start).compactMap { directive in
      guard case .log(let entry) = directive, entry.message == message ?? entry.message else { return nil }
      return entry
    }
  }

  func commands(_ effector: Int? = nil, since start: MonotonicInstant? = nil) -> [Directive.Command] {
    directives(since: start).compactMap { directive in
      guard case .command(let index, let command) = directive, index == effector ?? index else { return nil }
      return command
    }
  }

  func time(of isWanted: (Directive) -> Bool) -> MonotonicInstant? {
    gateway.record.first { isWanted($0.directive) }?.at
  }
}

extension LogEntry {
  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}
