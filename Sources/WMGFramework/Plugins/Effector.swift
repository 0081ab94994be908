public import Logging

/// Makes ownership so: in the kernel, on the wire, in a routing daemon.
///
/// Effectors form a chain. A VNI that is taken over moves down the chain as soon as the effector before has reported
/// it `.active`; a VNI that is released moves up the chain, from the last effector to the first. All methods are
/// called on the effector's own thread, one at a time; they may block it, at the price of their own delay alone.
///
/// An effector is level-triggered: it is told what should be, looks at what is, and acts on the difference. Being told
/// twice does nothing more. It reports every VNI it was told about, and one that fails never stops the others: it is
/// told again, with backoff.
public protocol Effector: AnyObject {
  /// Opens what is needed and makes every VNI standby; reports each (`.standby` or `.failed`).
  ///
  /// - Throws: when nothing can ever work. The gateway then stops.
  func prepare(_ vnis: VNISet) throws

  /// These VNIs are ours now: makes them active and reports each, at once or as soon as it is confirmed. May be
  /// repeated for a VNI that has drifted or failed.
  func takeOver(_ vnis: [VNI])

  /// These VNIs are being handed over: another gateway takes them over now, and they are released soon. Serves on, but
  /// claims them no longer, so that the other's claim is the last. Nothing is reported. If they stay here after all,
  /// `takeOver` says so.
  func handOver(_ vnis: [VNI])

  /// These VNIs are not ours: makes them standby and reports each.
  func release(_ vnis: [VNI])

  /// The same, for an effector that tells somebody who has the VNIs now: `owners`, at the same positions; `nil` where
  /// nobody is known to. This is the method that is called.
  func release(_ vnis: [VNI], to owners: [GatewayID?])

  /// These VNIs have come to the gateway's VNI set while it runs: makes them standby, whatever there was before, and
  /// reports each. VNIs that the effector knew before are none of its concern.
  func add(_ vnis: VNISet)

  /// These VNIs have left the gateway's VNI set and are standby: nobody will ask for them again, unless they are added
  /// again. For an effector that keeps something of each; nothing is reported.
  func forget(_ vnis: VNISet)

  /// The options have changed while the gateway runs. Those that are not `PluginOption.isLive` are as they were. May
  /// come with options that are all as they were; what does not depend on what has changed is left alone.
  ///
  /// - Throws: when the options cannot be had after all; the effector goes on as before, and the operator is told.
  func reconfigure(_ options: PluginOptionValues) throws

  /// Tells the world again that these VNIs, which are active, are here; nothing is reported.
  func refresh(_ vnis: [VNI])

  /// The gateway stops: the releases that follow are of everything, and the last. For what can be withdrawn as a
  /// whole rather than VNI by VNI; nothing is reported.
  func prepareToStop()

  /// Closes everything. All VNIs have been released by then, unless that failed.
  func stop()
}

extension Effector {
  /// Most effectors have nothing to tell again.
  public func refresh(_ vnis: [VNI]) {}
  /// Most effectors claim nothing between takeover and release.
  public func handOver(_ vnis: [VNI]) {}
  /// Most effectors need not know who comes after.
  public func release(_ vnis: [VNI], to owners: [GatewayID?]) { release(vnis) }
  /// To most effectors an added VNI is one that is released: they look at what is there and make it standby.
  public func add(_ vnis: VNISet) {
    let vnis = Array(vnis)
    release(vnis, to: Array(repeating: nil, count: vnis.count))
  }
  /// Most effectors keep nothing of a VNI that is standby, or little.
  public func forget(_ vnis: VNISet) {}
  /// An effector without options that are live has nothing to go over to.
  public func reconfigure(_ options: PluginOptionValues) throws {}
  /// To most effectors the last release is like any other.
  public func prepareToStop() {}
}

/// What came of a VNI at one effector.
public enum EffectorOutcome: Hashable, Sendable {
  /// Seen done: this gateway carries the VNI.
  case active
  /// Seen done: this gateway does not carry the VNI.
  case standby
  /// Not as it should be, for this reason: one line that says what to do where there is something to do.
  case failed(reason: String)
}

/// What an effector is given to work with.
public struct EffectorContext {
  /// The gateway and its VNIs, as they are at the start: `Effector.add` and `forget` tell of what has come and gone.
  public let configuration: GatewayConfiguration
  /// The thread's loop.
  public let loop: any EventLoop
  /// For what an operator should know; never blocks.
  public let logger: Logger
  /// Figures for `wmgwd2 status`.
  public let counters: Counters
  /// Reports outcomes to the core; never blocks. A report may come long after the call it answers, and a later one
  /// for the same VNI replaces an earlier one.
  public let report: ([(vni: VNI, outcome: EffectorOutcome)]) -> Void
  /// Says that VNIs are no longer what was last reported of them, and why. The core answers with `takeOver` or
  /// `release`; an effector does not repair on its own, because only the core knows whether it should.
  public let drift: ([(vni: VNI, reason: String)]) -> Void
  /// Asks the core to have the whole chain announce these VNIs again, as far as they are held here; never blocks. For
  /// an effector that finds that an announcement did not arrive.
  public let requestRefresh: ([VNI]) -> Void

  /// For the shell, and for tests of an effector.
  public init(
    configuration: GatewayConfiguration, loop: any EventLoop, logger: Logger, counters: Counters,
    report: @escaping ([(vni: VNI, outcome: EffectorOutcome)]) -> Void,
    drift: @escaping ([(vni: VNI, reason: String)]) -> Void,
    requestRefresh: @escaping ([VNI]) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.loop = loop
    self.logger = logger
    self.counters = counters
    self.report = report
    self.drift = drift
    self.requestRefresh = requestRefresh
  }
}
