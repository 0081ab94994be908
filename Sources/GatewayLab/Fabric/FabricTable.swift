import WMGFramework

/// The live picture: a row per gateway, where the access point sends each VNI's frames, and what the client sees.
struct FabricTable {
  let plan: AddressPlan
  let gateways: [LabGateway]
  var conditions: [GatewayTable.Condition]
  /// The gateway that the access point sends each VNI's frames to; `nil`: none, they are flooded.
  var forwarding: [Int?] = []
  /// The gateway that is up for each VNI; `nil`: none, or more than one.
  var owners: [Int?] = []
  /// How many VNIs answer the client, of those it asks.
  var client = (answering: 0, asked: 0)
  let hasUnicode: Bool

  private static let cellWidth = 21

  /// The block's lines for a terminal of this width.
  func lines(width: Int) -> [StyledText] {
    [StyledText("  gateway    state      VTEP             VNIs", .dim)] + gateways.indices.map(row)
      + ["", StyledText("  the access point sends frames for the gateway", .dim)]
      + (plan.count <= 60 ? cells(width: width) : map(width: width)) + ["", state]
  }

  private func row(_ index: Int) -> StyledText {
    let style: StyledText.Style =
      switch conditions[index] {
      case .crashed: .bad
      case .off, .listening, .stopped: .dim
      case .serving, .stopping: .plain
      }
    var line = "  " + StyledText(gateways[index].name, .gateway(index)).padded(to: 11)
    line += StyledText(conditions[index].rawValue, style).padded(to: 11)
    line += StyledText("\(gateways[index].underlayAddress)", .gateway(index)).padded(to: 15)
    return line + StyledText("\(forwarding.count { $0 == index })").rightAligned(in: 6)
  }

  /// `VNI 7 → 10.0.1.12`, as many beside each other as there is room for.
  private func cells(width: Int) -> [StyledText] {
    let columns = max(1, (width - 2) / Self.cellWidth)
    return stride(from: 0, to: plan.count, by: columns).map { start in
      (start..<min(start + columns, plan.count)).reduce("  ") { line, index in
        var cell = StyledText("\(plan.vnis[index])").rightAligned(in: 5)
        cell += hasUnicode ? " → " : " > "
        return line + (cell + target(index)).padded(to: Self.cellWidth)
      }
    }
  }

  private func target(_ index: Int) -> StyledText {
    guard index < forwarding.count, let gateway = forwarding[index] else { return StyledText("all", .bad) }
    let address = StyledText("\(gateways[gateway].underlayAddress)", .gateway(gateway))
    return isRight(index) ? address : address + StyledText("!", .bad)
  }

  /// One mark per VNI in its gateway's colour.
  private func map(width: Int) -> [StyledText] {
    let perLine = max(10, width - 4)
    guard plan.count <= 12 * perLine else { return [] }
    return stride(from: 0, to: plan.count, by: perLine).map { start in
      (start..<min(start + perLine, plan.count)).reduce("  ") { line, index in
        guard index < forwarding.count, let gateway = forwarding[index] else {
          return line + StyledText(hasUnicode ? "·" : "-", .bad)
        }
        return line
          + StyledText(hasUnicode ? "■" : gateways[gateway].name.suffix(1).description, .gateway(gateway))
      }
    }
  }

  private var state: StyledText {
    var line: StyledText = "  led to the one owner: "
    line += count(plan.vnis.indices.count(where: isRight), of: plan.count)
    return line + "    client gets answers from: " + count(client.answering, of: client.asked)
  }

  private func isRight(_ index: Int) -> Bool {
    guard index < forwarding.count, index < owners.count, let owner = owners[index] else { return false }
    return forwarding[index] == owner
  }

  private func count(_ number: Int, of all: Int) -> StyledText {
    StyledText("\(number) of \(all)", number == all ? .good : .bad)
  }
}
