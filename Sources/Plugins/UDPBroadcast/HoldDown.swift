import LinuxNetworking
import WMGFramework

/// How long a way out is left alone after sending over it has failed: 1 s, doubling to 60 s until a send works.
///
/// A socket opens even where every packet is then refused, by a firewall for example. Whether sending works again can
/// only be found by advertising, and each attempt has the gateway take over and lapse; so attempts become rare.
struct HoldDown {
  private static let shortest = Duration.seconds(1)
  private static let longest = Duration.seconds(60)

  private var interface: BroadcastInterface?
  private var length = Duration.zero
  private var end = MonotonicInstant(nanoseconds: 0)
  private var reason = ""

  /// Sending over `interface` has failed; why nobody can hear this gateway, and for how long nothing is tried.
  mutating func begin(_ failure: String, over interface: BroadcastInterface, at now: MonotonicInstant)
    -> String
  {
    length = length == .zero ? Self.shortest : min(length * 2, Self.longest)
    end = now + length
    self.interface = interface
    reason = "\(failure); trying again in \(length.components.seconds) s"
    return reason
  }

  /// The reason not to use `interface` now; `nil` if there is none. Another interface or address is another way out.
  func reason(against interface: BroadcastInterface, at now: MonotonicInstant) -> String? {
    interface == self.interface && now < end ? reason : nil
  }

  /// A send has worked.
  mutating func reset() {
    guard length != .zero else { return }
    self = HoldDown()
  }
}
