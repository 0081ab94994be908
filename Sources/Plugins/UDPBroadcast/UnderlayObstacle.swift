import Glibc
import LinuxNetworking
import WMGFramework

/// Why no peer can hear this gateway: one line, with what mends it.
enum UnderlayObstacle: Error, CustomStringConvertible {
  case noInterface(String)
  case noAddress(UDPBroadcastSettings)
  case noCarrier(interface: String)
  case socket(SystemCallError)
  case unreachable(String)

  var description: String {
    switch self {
    case .noInterface(let interface):
      "there is no interface \(interface) yet; waiting for it (--set udp-broadcast.interface)"
    case .noAddress(let settings):
      if let interface = settings.interface {
        "interface \(interface) has no address in the network of \(settings.address); "
          + "waiting for one (--set udp-broadcast.address, .interface)"
      } else {
        "no interface has an address in the network of \(settings.address); "
          + "waiting for one (--set udp-broadcast.address)"
      }
    case .noCarrier(let interface): "interface \(interface) is down or has no carrier"
    case .socket(let error): "\(error)"
    case .unreachable(let reason): reason
    }
  }

  /// The error that ends a start; `nil` where waiting may help.
  func fatal(_ settings: UDPBroadcastSettings) -> PluginError? {
    guard case .socket(let error) = self else { return nil }
    switch error.code {
    case EADDRINUSE:
      return .unusable(
        plugin: "udp-broadcast",
        reason:
          "\(error): another daemon on this host has that port; stop it, or give the whole fleet another "
          + "one with --set udp-broadcast.port=NUMBER",
        exitCode: EX_UNAVAILABLE)
    case EPERM, EACCES:
      return .unusable(
        plugin: "udp-broadcast",
        reason:
          "\(error): run as root or with CAP_NET_RAW, and below port 1024 (--set udp-broadcast.port) with "
          + "CAP_NET_BIND_SERVICE, which has to be kept: --capabilities CAP_NET_ADMIN,CAP_NET_RAW,CAP_NET_BIND_SERVICE",
        exitCode: EX_NOPERM)
    default:
      return nil
    }
  }
}
