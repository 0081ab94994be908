import LinuxNetworking
import WMGFramework

/// Shows scripts as the calls that would be made.
struct Rendering {
  let settings: FRREffector.Settings
  let uid: GatewayID
  private var lines: [String] = []
  private var standIns: Set<String> = []
  private let facts: InterfaceFacts

  init(settings: FRREffector.Settings, uid: GatewayID) {
    self.settings = settings
    self.uid = uid
    let read = try? InterfaceFacts.read(settings.pattern, over: RouteConnection())
    facts = read ?? InterfaceFacts(pattern: settings.pattern)
  }

  /// What placeholders stand for, with stand-ins for what is not on this host.
  mutating func values(of vnis: [VNI], owner: GatewayID?) -> [VNIValues] {
    let used = Set(settings.template.placeholders)
    return vnis.map { vni in
      var values = facts.values(of: vni, owner: owner)
      if values.bridge == nil {
        values.bridge = "BRIDGE\(vni)"
        if used.contains(.bridge) { standIns.insert("BRIDGE<vni> for {bridge}") }
      }
      if values.address == nil {
        values.address = IPv4Address(rawValue: 0xC000_0201)
        if used.contains(.address) { standIns.insert("192.0.2.1 for {address}") }
      }
      if values.mac == nil {
        values.mac = MACAddress(rawValue: 0x0000_5E00_5301)
        if used.contains(.mac) { standIns.insert("00:00:5e:00:53:01 for {mac}") }
      }
      return values
    }
  }

  /// Adds the calls of one script.
  mutating func add(_ title: String, _ fill: (inout Script) -> Void) {
    var script = Script(settings.template, uid: uid)
    fill(&script)
    lines.append("# \(title)")
    let call = ([settings.vtysh.path] + settings.vtysh.arguments(for: settings.daemons)).joined(
      separator: " ")
    if !script.configuration.isEmpty {
      lines.append("\(call) -f /dev/stdin <<'END'")
      lines += script.configuration.map(\.text)
      lines.append("END")
    }
    if !script.execution.isEmpty {
      lines.append(([call] + script.execution.map { "-c '\($0.text)'" }).joined(separator: " "))
    }
    if script.isEmpty { note("nothing to run") }
    for (vni, reason) in script.unwritten.sorted(by: { $0.key < $1.key }) { note("VNI \(vni): \(reason)") }
  }

  /// Adds a remark.
  mutating func note(_ text: String) { lines.append("# \(text)") }

  /// All that was added.
  var text: String {
    let remark =
      standIns.isEmpty
      ? [] : ["# not on this host, so shown as: \(standIns.sorted().joined(separator: ", "))"]
    return (lines + remark).joined(separator: "\n")
  }
}

extension Template {
  /// The placeholders that occur.
  var placeholders: [Placeholder] {
    Section.allCases.flatMap { self[$0] }.joined().compactMap {
      if case .placeholder(let placeholder) = $0 { placeholder } else { nil }
    }
  }
}
