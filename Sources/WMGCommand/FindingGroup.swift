import WMGFramework

/// What `wmgwd2 check` has found of several VNIs alike, told once.
struct FindingGroup: Equatable {
  /// The finding; where there are several VNIs, with N in place of their numbers.
  var finding: Finding
  /// The VNIs of which it is so; none where it is about the host.
  var vnis: VNISet

  /// Puts together what differs by the VNI's number alone. What is about the host comes first, all else in the order in
  /// which it was found.
  static func grouping(_ findings: [Finding]) -> [FindingGroup] {
    var order: [Finding] = []
    var members: [Finding: [Finding]] = [:]
    for finding in findings where finding.vni != nil {
      let shape = shape(of: finding)
      if members[shape] == nil { order.append(shape) }
      members[shape, default: []].append(finding)
    }
    let ofHost = findings.filter { $0.vni == nil }.map { FindingGroup(finding: $0, vnis: VNISet()) }
    return ofHost
      + order.map { shape in
        let found = members[shape] ?? []
        return FindingGroup(
          finding: found.count == 1 ? found[0] : shape, vnis: VNISet(found.compactMap(\.vni)))
      }
  }

  /// The finding as it would be of VNI N.
  private static func shape(of finding: Finding) -> Finding {
    guard let vni = finding.vni else { return finding }
    var shape = finding
    shape.vni = nil
    shape.subject = replacing(vni, in: finding.subject)
    shape.message = replacing(vni, in: finding.message)
    shape.fix = finding.fix.map { replacing(vni, in: $0) }
    return shape
  }

  private static func replacing(_ vni: VNI, in text: String) -> String {
    var result = ""
    var digits = ""
    func end() {
      result += digits == "\(vni)" ? "N" : digits
      digits = ""
    }
    for character in text {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else {
        end()
        result.append(character)
      }
    }
    end()
    return result
  }
}
