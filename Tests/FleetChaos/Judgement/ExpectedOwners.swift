import WMGFramework

/// Who must own a VNI, computed apart from the daemon's own code: the greatest finalised product of VNI and uid, ties to
/// the lowest uid (docs/PROTOCOL.md).
package enum ExpectedOwners {
  package static func owner(of vni: UInt32, among uids: [UInt64]) -> UInt64? {
    uids.sorted().max { score(vni, $0) < score(vni, $1) || (score(vni, $0) == score(vni, $1) && $0 > $1) }
  }

  private static func score(_ vni: UInt32, _ uid: UInt64) -> UInt64 {
    var hash = UInt64(vni) &* uid
    hash ^= hash >> 33
    hash &*= 0xff51_afd7_ed55_8ccd
    hash ^= hash >> 33
    hash &*= 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
  }
}
