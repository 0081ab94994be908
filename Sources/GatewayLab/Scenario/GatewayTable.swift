import WMGFramework

/// The live picture: a row per gateway, a map of the VNIs, and what the client sees.
struct GatewayTable {
  /// What a gateway is doing, as far as the lab knows.
  enum Condition: String {
    case off = "off"
    case listening = "listening"
    case serving = "serving"
    case crashed = "crashed"
    case stopping = "stopping"
    case stopped = "stopped"
  }

  let plan: AddressPlan
  let names: [String]
  var conditions: [Condition]
  var owned: [VNISet] = []
  var soleOwners: [Int?] = []
  /// How many gateway addresses answer the client; `nil` without a client.
  var answering: Int?
  let hasUnicode: Bool

  private static let barWidth = 20

  /// The block's lines for a terminal of this width.
  func lines(width: Int) -> [StyledText] {
    var lines = [
      StyledText("  gateway    state       VNIs  load" + String(repeating: " ", count: 18) + "owns", .dim)
    ]
    lines += names.indices.map { row($0, width: width) }
    lines.append("")
    lines += map(width: width)
    let sole = soleOwners.count { $0 != nil }
    var state: StyledText = "  one owner each: "
    state += count(sole)
    if let answering { state += "    client gets answers from: " + count(answering) }
    return lines + [state]
  }

  /// One plain line: what each gateway owns.
  var distribution: String {
    names.indices.map { index in
      let vnis = owned[index]
      return "\(names[index]) \(vnis.count)" + (vnis.isEmpty ? "" : " (\(shortened(vnis.description, 24)))")
    }.joined(separator: ", ")
  }

  private func row(_ index: Int, width: Int) -> StyledText {
    let isDead = conditions[index] == .crashed
    let vnis = isDead || index >= owned.count ? VNISet() : owned[index]
    let style: StyledText.Style =
      switch conditions[index] {
      case .crashed: .bad
      case .off, .listening, .stopped: .dim
      case .serving, .stopping: .plain
      }
    var line = "  " + StyledText(names[index], .gateway(index)).padded(to: 11)
    line += StyledText(conditions[index].rawValue, style).padded(to: 11)
    line += StyledText("\(vnis.count)").rightAligned(in: 5) + "  "
    let filled = vnis.isEmpty ? 0 : max(1, vnis.count * Self.barWidth / max(1, plan.count))
    line += StyledText(String(repeating: hasUnicode ? "█" : "#", count: filled), .gateway(index))
    line += StyledText(String(repeating: hasUnicode ? "░" : ".", count: Self.barWidth - filled), .dim)
    return line + "  " + StyledText(shortened(vnis.description, max(8, width - 56)), .gateway(index))
  }

  /// One mark per VNI in its owner's colour; nothing when there are too many to see.
  private func map(width: Int) -> [StyledText] {
    let perLine = max(10, width - 12)
    guard plan.count <= 3 * perLine else { return [] }
    return stride(from: 0, to: plan.count, by: perLine).map { start in
      var line: StyledText = start == 0 ? "  VNIs     " : "           "
      for vni in start..<min(start + perLine, plan.count) {
        if vni < soleOwners.count, let owner = soleOwners[vni] {
          line += StyledText(hasUnicode ? "■" : names[owner].suffix(1).description, .gateway(owner))
        } else {
          line += StyledText(hasUnicode ? "·" : "-", .bad)
        }
      }
      return line
    } + [""]
  }

  private func count(_ number: Int) -> StyledText {
    StyledText("\(number) of \(plan.count)", number == plan.count ? .good : .bad)
  }

  private func shortened(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : text.prefix(width - 1) + (hasUnicode ? "…" : "~")
  }
}
