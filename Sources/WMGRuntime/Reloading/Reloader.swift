import LinuxNetworking
import WMGFramework

/// Reads the configuration again, on a thread of its own for each time: a slow disk, a large file or a strategy that
/// takes its time must delay neither the core nor a heartbeat.
///
/// One reading at a time; whoever asks meanwhile gets another one after it. Belongs to the core's thread.
final class Reloader {
  private let read: @Sendable () throws -> GatewaySettings
  private var isReading = false
  private var isAskedAgain = false

  init(_ read: @escaping @Sendable () throws -> GatewaySettings) {
    self.read = read
  }

  /// What came of a reading.
  enum Outcome: Sendable {
    case read(Reconfiguration)
    case refused(reason: String)
  }

  /// Begins to read, or remembers to; the outcome goes to the core's mailbox.
  ///
  /// - Parameters:
  ///   - running: The settings in force.
  ///   - view: The gateways that VNIs are assigned to.
  func ask(_ running: GatewaySettings, in view: [GatewayID], core: Mailbox<CoreInbox>) {
    guard !isReading else {
      isAskedAgain = true
      return
    }
    isReading = true
    isAskedAgain = false
    let read = read
    do {
      _ = try LoopThread(name: "reload") { _ in
        let outcome: Outcome
        do {
          outcome = .read(try Reconfiguration(from: running, to: try read(), in: view))
        } catch {
          outcome = .refused(reason: "\(error)")
        }
        core.send { $0.reloaded = outcome }
      }
    } catch {
      core.send { $0.reloaded = .refused(reason: "\(error)") }
    }
  }

  /// The outcome has arrived; returns whether it was asked for again meanwhile.
  func isDone() -> Bool {
    isReading = false
    return isAskedAgain
  }
}
