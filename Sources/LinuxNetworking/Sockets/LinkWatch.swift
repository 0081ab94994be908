import CLinux
public import WMGFramework

/// Says "look again" when a link or an IPv4 address changes, and nothing more: what changed is not read.
public final class LinkWatch {
  private let socket: SocketDescriptor
  private let loop: any EventLoop

  /// Begins to watch all interfaces and calls `onChange` on the loop's thread.
  ///
  /// - Throws: `SystemCallError`, when there is no netlink socket to be had.
  public init(loop: any EventLoop, onChange: @escaping () -> Void) throws {
    let socket = try SocketDescriptor(wmg_open_link_watch(), "watch links and addresses")
    self.socket = socket
    self.loop = loop
    loop.watch(socket.rawValue) {
      wmg_drain_link_watch(socket.rawValue)
      onChange()
    }
  }

  /// Watches one interface, or all again: a gateway that toggles thousands of interfaces must not wake its heartbeat
  /// for each. Look once more after this: what changed before it may have gone unheard.
  public func narrow(to interface: BroadcastInterface?) {
    _ = wmg_narrow_link_watch(socket.rawValue, interface?.index ?? 0)
  }

  /// Ends the watch.
  public func stop() {
    loop.unwatch(socket.rawValue)
  }
}
