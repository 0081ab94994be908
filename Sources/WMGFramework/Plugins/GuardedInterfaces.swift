/// The interfaces that carry a gateway's VNIs, named so compactly that all 16,777,215 VNIs are one range.
///
/// When a gateway dies or hangs, a guard sets protodown on them, and has the bridge behind a veth forget their MACs
/// (`EffectorPlugin.guardedInterfaces`).
public struct GuardedInterfaces: Hashable, Sendable {
  /// Interfaces with a common way of being named.
  public struct Group: Hashable, Sendable {
    /// What the names begin with; the whole name, where `vnis` is empty.
    public var prefix: String
    /// What the names end with, after the VNI.
    public var suffix: String
    /// The VNIs whose numbers stand between the two; empty: there is no number, and one interface.
    public var vnis: VNISet
    /// Only interfaces of this kind are touched, such as `macvlan` (`ip -d link`); empty is any.
    public var kind: String

    /// A group of interfaces; names are at most 15 bytes, and longer ones name nothing.
    public init(prefix: String, suffix: String = "", vnis: VNISet = VNISet(), kind: String = "") {
      self.prefix = prefix
      self.suffix = suffix
      self.vnis = vnis
      self.kind = kind
    }
  }

  /// The groups; they may overlap.
  public var groups: [Group]

  /// These groups.
  public init(_ groups: [Group] = []) {
    self.groups = groups
  }

  /// Whether no interface is named.
  public var isEmpty: Bool { groups.isEmpty }
}
