import WMGFramework

extension FuzzTarget {
  /// VNI sets, as `--vnis`, a configuration file and commands' answers have them.
  static let vniSet = FuzzTarget(name: "vni-set") { input in
    let text = text(input)
    let set: VNISet
    do throws(VNISetError) {
      set = try VNISet(parsing: text)
    } catch {
      try demand(!error.description.isEmpty, "a complaint says something")
      return
    }
    try demand(!set.isEmpty, "a text that is read is not empty")
    for (range, next) in zip(set.ranges, set.ranges.dropFirst()) {
      try demand(
        range.upperBound.rawValue + 1 < next.lowerBound.rawValue, "ranges ascend and do not touch: \(set)")
    }
    try demand(set.count == set.ranges.reduce(0) { $0 + $1.count }, "\(set) does not have \(set.count) VNIs")
    for range in set.ranges {
      try demand(set.contains(range.lowerBound) && set.contains(range.upperBound), "\(set) has its bounds")
      for neighbour in [range.lowerBound.rawValue - 1, range.upperBound.rawValue + 1] {
        let isIn = VNI(rawValue: neighbour).map(set.contains) ?? false
        try demand(!isIn, "\(set) ends where its ranges end")
      }
    }
    if set.count < 10_000 {
      try demand(VNISet(Array(set)) == set, "\(set) is made of its VNIs")
    }
    try demand((try? VNISet(parsing: set.description)) == set, "'\(set)' is read back")
  }
}

extension ClosedRange<VNI> {
  fileprivate var count: Int { Int(upperBound.rawValue) - Int(lowerBound.rawValue) + 1 }
}
