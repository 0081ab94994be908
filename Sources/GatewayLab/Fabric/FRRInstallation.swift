import Glibc

/// FRR's programs on this machine.
struct FRRInstallation {
  /// Where zebra, bgpd and bfdd are.
  let folder: String
  let vtysh: String
  /// The user and group that the daemons change to.
  let user: uid_t
  let group: gid_t

  init() throws(LabError) {
    let folders = ["/usr/lib/frr", "/usr/libexec/frr", "/usr/local/sbin"]
    let shells = ["/usr/bin/vtysh", "/usr/local/bin/vtysh"]
    guard let folder = folders.first(where: { access("\($0)/bgpd", X_OK) == 0 }),
      let vtysh = shells.first(where: { access($0, X_OK) == 0 }), let account = getpwnam("frr")
    else { throw .frrMissing }
    self.folder = folder
    self.vtysh = vtysh
    user = account.pointee.pw_uid
    group = account.pointee.pw_gid
  }
}

extension LabError {
  /// FRR is not installed (69, EX_UNAVAILABLE).
  public static let frrMissing = LabError(
    "the EVPN lab runs FRR's zebra, bgpd and bfdd, which are not installed; run 'make lab-evpn', or: apt install frr",
    exitCode: 69)
}
