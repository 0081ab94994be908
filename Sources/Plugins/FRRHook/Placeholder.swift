import LinuxNetworking
import WMGFramework

/// A word in braces that stands for something of the gateway or of a VNI.
enum Placeholder: String, CaseIterable {
  case vni
  case interface
  case bridge
  case uid
  case owner
  case address
  case mac

  /// Whether it means something where no VNI is spoken of.
  var isOfGateway: Bool { self == .uid }
}

/// What the placeholders stand for in one VNI. What is not known is `nil`.
struct VNIValues: Hashable {
  var vni: VNI
  var interface: String
  var bridge: String?
  var address: IPv4Address?
  var mac: MACAddress?
  /// Who serves the VNI now.
  var owner: GatewayID?

  /// The text for a placeholder, or why there is none.
  func text(of placeholder: Placeholder, uid: GatewayID) -> Result<String, UnfilledPlaceholder> {
    func known(_ text: String?, _ whyNot: String) -> Result<String, UnfilledPlaceholder> {
      guard let text else {
        return .failure(
          UnfilledPlaceholder(reason: "{\(placeholder.rawValue)} of the template has no value: \(whyNot)"))
      }
      // Interface names may hold nearly everything; vtysh would take `!`, `#`, `?` and `|` for something of its own.
      guard Self.isPlain(text) else {
        return .failure(
          UnfilledPlaceholder(
            reason:
              "'\(text)' cannot be put in place of {\(placeholder.rawValue)}: FRR's command line would not take it"
              + " as one word; rename it"))
      }
      return .success(text)
    }
    return switch placeholder {
    case .vni: known("\(vni)", "")
    case .interface: known(interface, "")
    case .bridge: known(bridge, "\(interface) is on no bridge, neither directly nor over a veth")
    case .uid: known("\(uid)", "")
    // Nobody has the uid 0.
    case .owner: known(owner.map { "\($0)" } ?? "0", "")
    case .address: known(address.map { "\($0)" }, "\(interface) has no IPv4 address")
    case .mac: known(mac.map { "\($0)" }, "\(interface) is missing or has no MAC")
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    let marks = Array("._-@+:".utf8)
    return !name.isEmpty
      && name.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) || marks.contains($0)
      }
  }
}

/// Why a VNI's commands cannot be written.
struct UnfilledPlaceholder: Error, Hashable {
  var reason: String
}
