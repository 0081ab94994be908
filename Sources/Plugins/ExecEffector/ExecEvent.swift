import LinuxNetworking
import WMGFramework

/// What a command is told: one event, with all the VNIs that it is about.
struct ExecEvent {
  /// What is so from now on.
  enum Kind: String, CaseIterable {
    /// The gateway starts: none of these is held, whatever was before.
    case prepare
    /// These are held.
    case takeover
    /// These are not held any more.
    case release
    /// These are held, and the world is to be told again.
    case refresh
    /// These are not held any more, and the gateway stops.
    case stop

    /// Whether it says that VNIs are held.
    var isHolding: Bool { self == .takeover || self == .refresh }
  }

  /// The version of the format; it changes when what is there changes its meaning, not when something is added.
  static let version = 1
  /// With more, the list of a call's VNIs might not fit into a variable of its environment (128 KiB).
  static let mostVNIs = 10_000

  var kind: Kind
  var uid: GatewayID
  /// In ascending order.
  var vnis: [VNI]
  /// Who has each VNI now, at the same positions; `nil` where nobody is known to.
  var owners: [GatewayID?]
  var pattern: InterfaceNamePattern

  /// What the command reads from standard input: one line of JSON. Uids are text, for many readers of JSON take numbers
  /// beyond 2⁵³ for their neighbours.
  var json: String {
    var text =
      #"{"version":\#(Self.version),"event":"\#(kind.rawValue)","uid":"\#(uid)","vnis":"\#(VNISet(vnis))","#
      + #""count":\#(vnis.count),"list":["#
    for (position, vni) in vnis.enumerated() {
      let owner = owners[position].map { "\"\($0)\"" } ?? "null"
      if position > 0 { text += "," }
      text += #"{"vni":\#(vni),"interface":"\#(escaped(pattern.name(of: vni)))","owner":\#(owner)}"#
    }
    return text + "]}\n"
  }

  /// The variables that are added to the command's environment.
  var variables: [String] {
    [
      "WMG_VERSION=\(Self.version)", "WMG_EVENT=\(kind.rawValue)", "WMG_UID=\(uid)",
      "WMG_VNIS=\(VNISet(vnis))",
      "WMG_COUNT=\(vnis.count)",
    ]
  }

  /// A pattern has printable ASCII only.
  private func escaped(_ name: String) -> String {
    name.contains { $0 == "\"" || $0 == "\\" }
      ? String(name.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }) : name
  }
}
