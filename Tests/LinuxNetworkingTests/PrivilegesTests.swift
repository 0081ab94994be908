import Glibc
import LinuxNetworking
import Testing

@Suite struct PrivilegesTests {
  // As Linux 6.18 writes it, shortened.
  private let status = """
    Name:\twmgwd2
    Umask:\t0022
    Uid:\t1000\t998\t998\t998
    Gid:\t1000\t997\t997\t997
    Groups:\t106 997 
    CapInh:\t0000000000003000
    CapPrm:\t0000000000003400
    CapEff:\t0000000000003000
    CapBnd:\t000001ffffffffff
    CapAmb:\t0000000000001000
    NoNewPrivs:\t1
    """

  @Test func aThreadsStatusIsRead() throws {
    let privileges = try #require(ProcessPrivileges(status: status))
    #expect(privileges.user == 998 && privileges.group == 997)
    #expect(privileges.groups == [106, 997])
    #expect(privileges.effective == [.networkAdministration, .rawNetwork])
    #expect(privileges.inheritable == privileges.effective)
    #expect(privileges.permitted.description == "CAP_NET_BIND_SERVICE,CAP_NET_ADMIN,CAP_NET_RAW")
    #expect(privileges.ambient == [.networkAdministration])
    #expect(privileges.bounding.count == 41)
    #expect(privileges.refusesNew)
  }

  @Test(arguments: ["Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
  func aStatusThatLacksSomethingIsNone(_ name: String) {
    let lines = status.split(separator: "\n").filter { !$0.hasPrefix(name) }
    #expect(ProcessPrivileges(status: lines.joined(separator: "\n")) == nil)
  }

  @Test func ourOwnAreTheKernels() throws {
    let privileges = try #require(ProcessPrivileges.current)
    #expect(privileges.user == geteuid() && privileges.group == getegid())
    #expect(Set(privileges.groups).count == Int(getgroups(0, nil)))
    #expect(Capability.rawNetwork.isEffective == privileges.effective.contains(.rawNetwork))
  }

  @Test func capabilitiesHaveTheirNamesAndNumbers() {
    #expect(Capability(name: "cap_net_admin") == .networkAdministration)
    #expect(Capability(name: "NET_RAW") == .rawNetwork)
    #expect(Capability(name: "CAP_CHECKPOINT_RESTORE")?.number == 40)
    #expect(Capability(name: "CAP_SETPCAP")?.number == 8)
    #expect(Capability(name: "SYS_ADMIN")?.number == 21)
    #expect(Capability(name: "CAP_") == nil && Capability(name: "CAP_NET") == nil)
    #expect(Capability(number: 64) == nil && Capability(number: 63)?.name == "63")
    #expect(CapabilitySet([]).description == "none")
    let both: CapabilitySet = [.networkAdministration, .rawNetwork]
    #expect(both.subtracting([.rawNetwork]) == [.networkAdministration])
    #expect(both.intersection([.rawNetwork]) == [.rawNetwork])
  }

  @Test func aUserMayBeANumberThatNobodyKnows() throws {
    let account = try UserAccount(parsing: "64123:64124")
    #expect(account.user == 64123 && account.group == 64124 && account.groups == [64124])
  }

  @Test func aNameBringsItsGroups() throws {
    let record = try #require(getpwnam("nobody"))
    let (user, group) = (record.pointee.pw_uid, record.pointee.pw_gid)
    let account = try UserAccount(parsing: "nobody")
    #expect(account.user == user && account.group == group && account.groups.contains(group))
    #expect(try UserAccount(parsing: "\(user)") == account)
    let other = try UserAccount(parsing: "nobody:64124")
    #expect(other.user == user && other.group == 64124 && other.groups.contains(64124))
  }

  @Test(arguments: [
    ("", UserAccount.Complaint.empty), (":", .empty), ("nobody:", .empty), (":daemon", .empty),
    ("root", .isRoot), ("0", .isRoot), ("0:64124", .isRoot), ("no-such-user", .unknownUser("no-such-user")),
    // The kernel takes this one for "unchanged".
    ("4294967295:1", .unknownUser("4294967295")), ("nobody:4294967295", .unknownGroup("4294967295")),
    ("4294967296", .unknownUser("4294967296")), ("64123", .groupMissing(64123)),
    ("nobody:no-such-group", .unknownGroup("no-such-group")), ("-1", .unknownUser("-1")),
  ])
  func whatIsNoUserIsRefused(_ text: String, _ complaint: UserAccount.Complaint) {
    #expect(throws: complaint) { try UserAccount(parsing: text) }
  }

  @Test func groupsOfTheHostAreFoundWithoutAskingAround() {
    #expect(UserAccount.localGroup("root") == 0)
    #expect(UserAccount.localGroup("no-such-group") == nil)
  }
}
