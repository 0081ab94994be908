import CGuard
import Glibc
public import LinuxNetworking

/// Makes interfaces standby as a guard does, by the same code, in the calling thread's network namespace.
public struct InterfaceStandby: Hashable, Sendable {
  /// How many of the named interfaces are there.
  public var named: Int
  /// How many of them were made standby.
  public var switched: Int
  /// How many are not standby; at least 1 when the kernel could not be asked for all.
  public var failed: Int
  /// How many entries bridges were made to forget.
  public var forgotten: Int
  /// The first reason for a failure, with the interface's index where that is known; `nil` where nothing has failed.
  public var reason: String?

  /// Makes everything standby that the plan names; tries three times where something fails. Where bridges had to forget
  /// MACs it looks a second time, 150 ms later.
  ///
  /// - Throws: `SystemCallError`, when there is no socket to the kernel.
  public static func make(_ plan: GuardPlan) throws(SystemCallError) -> InterfaceStandby {
    let socket = try SocketDescriptor(wmg_standby_open(), "open a netlink socket")
    var result = wmg_standby_result()
    let capacity = wmg_standby_most_links
    let links = UnsafeMutablePointer<wmg_standby_link>.allocate(capacity: capacity)
    defer { links.deallocate() }
    var table = wmg_standby_table(
      links: links, capacity: UInt32(capacity), count: 0, interruption: -1, error: 0)
    plan.bytes.withUnsafeBytes { bytes in
      var read = wmg_guard_plan()
      guard wmg_guard_read_plan(bytes.baseAddress, bytes.count, &read) else { return }
      wmg_standby_make_and_leave(socket.rawValue, &read, &table, 3, &result)
    }
    let place = result.error_index > 0 ? "interface \(result.error_index): " : ""
    let reason = result.error == 0 ? "it does not follow protodown" : SystemCallError.text(of: result.error)
    return InterfaceStandby(
      named: Int(result.named), switched: Int(result.switched), failed: Int(result.failed),
      forgotten: Int(result.forgotten), reason: result.failed == 0 ? nil : place + reason)
  }
}
