import LinuxNetworking
import WMGFramework

/// Why an interface cannot be what it should be, as long as somebody else does not change something.
enum Hindrance: Equatable {
  case missing
  case notMacvlan(kind: String)
  case adminDown
  case lowerWithoutCarrier(String)
  /// Others keep protodown set, each with a reason bit of its own.
  case heldDown(reasons: UInt32)

  /// What hinders an interface from being active.
  static func toActive(_ name: String, in links: LinkTable) -> Hindrance? {
    if let hindrance = toStandby(name, in: links) { return hindrance }
    guard let link = links[name] else { return .missing }
    if !link.flags.contains(.adminUp) { return .adminDown }
    if let lower = lower(of: link, in: links), !lower.flags.contains(.lowerUp) {
      return .lowerWithoutCarrier(lower.name)
    }
    if link.isProtoDown, link.protoDownReasons != 0 { return .heldDown(reasons: link.protoDownReasons) }
    return nil
  }

  /// What hinders an interface from being standby.
  static func toStandby(_ name: String, in links: LinkTable) -> Hindrance? {
    guard let link = links[name] else { return .missing }
    return link.kind == "macvlan" ? nil : .notMacvlan(kind: link.kind)
  }

  private static func lower(of link: Link, in links: LinkTable) -> Link? {
    guard let index = link.lowerIndex, !link.isLowerElsewhere else { return nil }
    return links[index]
  }

  /// One line for an operator, with the fix.
  func reason(_ name: String) -> String {
    switch self {
    case .missing:
      "\(name) is missing; create it with 'ip link add \(name) link LOWER address MAC type macvlan mode bridge && ip link"
        + " set \(name) protodown on', with the same MAC on every gateway"
    case .notMacvlan(let kind):
      "\(name) is a \(kind.isEmpty ? "physical device" : kind), not a macvlan; delete or rename it and create"
        + " a macvlan of that name"
    case .adminDown:
      "\(name) is admin down; 'ip link set \(name) up' when you want it served"
    case .lowerWithoutCarrier(let lower):
      "\(name) cannot serve because its lower device \(lower) has no carrier"
    case .heldDown(let reasons):
      "\(name) is kept in protodown by \(Self.names(of: reasons)); it is for them to let go"
    }
  }

  private static func names(of reasons: UInt32) -> String {
    let bits = (0..<32).filter { reasons >> UInt32($0) & 1 == 1 }
    return (bits.count == 1 ? "reason bit " : "reason bits ")
      + bits.map { $0 == 7 ? "7 (FRR)" : "\($0)" }.joined(separator: ", ")
  }
}

extension Link {
  /// Carries traffic, as far as the kernel says. The flag alone proves nothing, nor does carrier alone: before the
  /// operational state follows, what is sent is dropped.
  var isServing: Bool {
    flags.isSuperset(of: [.adminUp, .running, .lowerUp]) && !isProtoDown
      && operationalState == .up
  }

  /// Carries nothing, and will not when it is set up.
  var isSilent: Bool { isProtoDown && !hasCarrier && operationalState != .up }
}
