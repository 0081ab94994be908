import CLinux
import FoundationEssentials
import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// Answers `wmgwd2 status` over a UNIX socket, on a thread of its own: a client that hangs harms nobody but those
/// behind it, and them for a second.
///
/// A client sends one line, `status`; the answer is one JSON object.
final class ControlServer: Sendable {
  private struct Desk: Sendable {
    var answer: GatewayStatus?
    var stop = false
  }

  private let desk: OneTime<Mailbox<Desk>?>

  /// Serves on `path`. A path that cannot be had is a warning, and the gateway serves without it.
  ///
  /// - Parameter ask: Asks for a status, to be given to `answer`.
  init(path: String, logger: Logger, ask: @escaping @Sendable () -> Void) {
    let desk = OneTime<Mailbox<Desk>?>()
    self.desk = desk
    do {
      _ = try LoopThread(name: "control") { loop in
        do {
          let listener = try ControlListener(path: path)
          let mailbox = Mailbox(waker: loop.waker) { Desk() }
          desk.set(mailbox)
          Self.serve(listener, loop, mailbox, ask)
        } catch {
          desk.set(nil)
          logger.warning(
            "serving without a control socket: \(error)", metadata: ["fix": "--control-socket PATH"])
        }
      }
    } catch {
      desk.set(nil)
      logger.warning("serving without a control socket: \(error)")
    }
  }

  func answer(_ status: GatewayStatus) { desk.wait()?.send { $0.answer = status } }
  func stop() { desk.wait()?.send { $0.stop = true } }

  private static func serve(
    _ listener: ControlListener, _ loop: EpollLoop, _ desk: Mailbox<Desk>,
    _ ask: @escaping @Sendable () -> Void
  ) {
    var waiting: [ControlConnection] = []
    var release: EventLoopTimer?
    loop.watch(listener.descriptor) {
      guard let connection = listener.accept() else {
        // Out of descriptors: the listener would stay readable and turn this thread without end.
        usleep(100_000)
        return
      }
      guard waiting.count < 16 else { return }
      guard connection.readLine() == "status" else {
        connection.send(Array("{\"error\":\"unknown request; send: status\"}\n".utf8))
        return
      }
      waiting.append(connection)
      ask()
    }
    loop.onWake {
      let taken = desk.take()
      if let status = taken.answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = (try? encoder.encode(status)).map { [UInt8]($0) } ?? []
        for connection in waiting { connection.send(text + [0x0A]) }
        waiting = []
        // A status is as large as its VNIs are many, and not needed again.
        if let release { loop.cancel(release) }
        release = loop.schedule(at: loop.now + .seconds(1)) { wmg_release_idle_memory() }
      }
      if taken.stop { loop.stop() }
    }
    loop.run()
    listener.remove()
  }
}
