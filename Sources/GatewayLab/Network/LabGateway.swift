import Glibc
import Synchronization
public import WMGFramework

/// One gateway of a lab: a namespace, and the daemon in it.
public final class LabGateway: Sendable {
  /// Its place in `LabNetwork.gateways`.
  public let index: Int
  /// `g1`, `g2` …
  public let name: String
  /// The network namespace, as `ip netns` names it.
  public let namespace: String
  /// The uid its daemon is started with: 11, 12 …
  public let uid: UInt64
  /// Its address on the underlay: 10.0.1.11, 10.0.1.12 …
  public let underlayAddress: IPv4Address
  /// Where its daemon's control socket is.
  public let controlSocket: String
  /// Where its daemon's standard error goes, all runs of it.
  public let logFile: String
  private let process = Mutex<ChildProcess?>(nil)

  init(index: Int, namespace: String, folder: String) {
    self.index = index
    self.namespace = namespace
    name = "g\(index + 1)"
    uid = UInt64(index + 11)
    underlayAddress = IPv4Address(rawValue: 0x0A00_010B + UInt32(index))
    controlSocket = "\(folder)/\(name).sock"
    logFile = "\(folder)/\(name).log"
  }

  /// The daemon last started, which may have ended.
  public var daemon: ChildProcess? { process.withLock { $0 } }

  /// Starts a daemon, after the one before has ended.
  ///
  /// - Parameter errors: where its standard error goes, if not to `logFile`.
  @discardableResult
  public func start(_ command: DaemonCommand, errors: ChildProcess.Stream? = nil) throws(LabError)
    -> ChildProcess
  {
    let words = command.launcher + [command.binary] + command.arguments(for: self)
    let started = try ChildProcess(
      words[0], Array(words.dropFirst()), namespace: namespace, errors: errors ?? .file(logFile))
    process.withLock { $0 = started }
    return started
  }

  /// Everything its daemons have logged.
  public func log() -> String { LabFolder.text(of: logFile) }
}

/// How the daemons of a lab are started.
public struct DaemonCommand: Sendable {
  /// The path of `wmgwd2`.
  public var binary: String
  /// A program that executes what follows it, with its arguments: `/usr/bin/setpriv`, for example. Mostly none.
  public var launcher: [String] = []
  /// The VNIs of the fleet.
  public var vnis: VNISet
  /// The advertisement interval, in whole milliseconds.
  public var interval: Duration
  /// The effector chain.
  public var effectors: String
  /// `--log-level`.
  public var logLevel: String
  /// Further arguments.
  public var further: [String]

  /// A daemon with the default plugins.
  public init(
    binary: String, vnis: VNISet, interval: Duration = .seconds(1), effectors: String = "macvlan,garp",
    logLevel: String = "info", further: [String] = []
  ) {
    self.binary = binary
    self.vnis = vnis
    self.interval = interval
    self.effectors = effectors
    self.logLevel = logLevel
    self.further = further
  }

  /// /proc/self/exe means this program, not the `ip` that starts the daemon.
  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  func arguments(for gateway: LabGateway) -> [String] {
    [
      "-uid", "\(gateway.uid)", "--vnis", "\(vnis)", "--interval", "\(interval.nanoseconds / 1_000_000)ms",
      "--effector", effectors, "--control-socket", gateway.controlSocket, "--log-level", logLevel,
      // A lab is the same on every machine, whatever gateway the machine itself is.
      "--config", "/dev/null",
    ] + further
  }
}
