import LinuxNetworking
import WMGFramework

/// What zebra knows of a VNI's virtual MAC.
struct EVPNMac: Hashable {
  /// It is here, so FRR advertises it.
  var isLocal = false
  /// The interface that it is at.
  var interface: String?
  /// Duplicate-address detection has found that it moves too often.
  var isDuplicate = false

  /// The command that asks for one.
  static func command(_ vni: VNI, _ mac: MACAddress) -> String { "show evpn mac vni \(vni) mac \(mac) json" }

  /// The answers to as many commands, in order; fewer if some are missing.
  static func answers(in text: String) -> [EVPNMac] {
    var json = JSONText(text)
    var answers: [EVPNMac] = []
    while let value = json.next() { answers.append(EVPNMac(value)) }
    return answers
  }

  /// Reads an answer: an object with the MAC as its only member, empty where the MAC is unknown.
  init(_ answer: JSONValue) {
    guard case .object(let members) = answer, members.count == 1, let entry = members.values.first else {
      return
    }
    isLocal = entry["type"] == .string("local") && entry["localInactive"] != .bool(true)
    if case .string(let name)? = entry["intf"] { interface = name }
    isDuplicate = entry["isDuplicate"] == .bool(true)
  }
}
