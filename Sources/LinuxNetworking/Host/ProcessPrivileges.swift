/// As whom a thread runs, and what it may do.
public struct ProcessPrivileges: Hashable, Sendable {
  /// The effective user.
  public var user: UInt32
  /// The effective group.
  public var group: UInt32
  /// The supplementary groups.
  public var groups: [UInt32]
  /// What it may make effective.
  public var permitted: CapabilitySet
  /// What it may do.
  public var effective: CapabilitySet
  /// What a program that it starts may have, if that program's file asks for it.
  public var inheritable: CapabilitySet
  /// What a program that it starts has, if it is an ordinary one.
  public var ambient: CapabilitySet
  /// Beyond this no program that it starts can get, not even one of root's.
  public var bounding: CapabilitySet
  /// Whether a program that it starts can have more than this thread.
  public var refusesNew: Bool

  /// Of the calling thread; `nil` where /proc cannot be read.
  public static var current: ProcessPrivileges? {
    SystemFile.read("/proc/thread-self/status").flatMap(ProcessPrivileges.init(status:))
  }

  /// Reads a thread's `status` of /proc (proc(5)); `nil` if something is missing.
  public init?(status: String) {
    var values: [Substring: [Substring]] = [:]
    for line in status.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      values[line[..<colon]] = line[line.index(after: colon)...].split { $0 == "\t" || $0 == " " }
    }
    // Real, effective, saved and of the file system.
    func effectiveNumber(_ name: Substring) -> UInt32? {
      values[name].flatMap { $0.count > 1 ? UInt32($0[1]) : nil }
    }
    func capabilities(_ name: Substring) -> CapabilitySet? {
      values[name]?.first.flatMap { UInt64($0, radix: 16) }.map(CapabilitySet.init(bits:))
    }
    guard let user = effectiveNumber("Uid"), let group = effectiveNumber("Gid"),
      let groups = values["Groups"],
      let permitted = capabilities("CapPrm"), let effective = capabilities("CapEff"),
      let inheritable = capabilities("CapInh"), let ambient = capabilities("CapAmb"),
      let bounding = capabilities("CapBnd")
    else { return nil }
    self.user = user
    self.group = group
    self.groups = groups.compactMap { UInt32($0) }
    self.permitted = permitted
    self.effective = effective
    self.inheritable = inheritable
    self.ambient = ambient
    self.bounding = bounding
    refusesNew = values["NoNewPrivs"]?.first == "1"
  }
}
