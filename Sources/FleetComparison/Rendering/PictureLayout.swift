import WMGFramework

/// Where everything is, in pixels; all panels have one scale, so that bars can be compared across them.
struct PictureLayout {
  let change: FleetChange
  /// A row per gateway, in this order.
  let rows: [GatewayID]
  private let rowOf: [GatewayID: Int]
  /// The end of the axis, in VNIs: a round number that no bar goes beyond.
  let axisEnd: Double
  private let mostVNIs: Int
  /// Where labels end, and bars may begin.
  let labelEnd: Double
  private let panels: Int

  let panelWidth = 460.0
  let headingHeight = 72.0
  private let gutter = 56.0
  private let margin = 40.0
  private let headerHeight = 140.0
  private let axisHeight = 40.0
  private let panelGap = 40.0

  init(_ figures: [StrategyFigures]) {
    let change = FleetChange(
      from: figures.first?.before.gateways ?? [], to: figures.first?.after.gateways ?? [])
    self.change = change
    rows = change.everyone
    rowOf = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let most = figures.flatMap {
      $0.before.counts.map(Double.init) + $0.after.counts.map(Double.init) + $0.before.fairShares
        + $0.after.fairShares
    }
    axisEnd = Self.roundNumber(notBelow: most.max() ?? 1)
    mostVNIs = max(1, figures.flatMap { $0.before.counts + $0.after.counts }.max() ?? 1)
    labelEnd = 7.5 * Double(rows.map { shortened($0.description).count }.max() ?? 1)
    panels = figures.count
  }

  /// The first of 1, 2, 2.5, 4, 5 and 8 times a power of ten that is at least `value`.
  static func roundNumber(notBelow value: Double) -> Double {
    var power = 1.0
    while power * 10 <= value { power *= 10 }
    for factor in [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] where factor * power >= value { return factor * power }
    return 10 * power
  }

  private var columns: Int { panels == 4 ? 2 : max(1, min(3, panels)) }

  var width: Double {
    max(880, 2 * margin + Double(columns) * panelWidth + Double(columns - 1) * gutter)
  }

  var height: Double {
    let lines = (panels + columns - 1) / columns
    return headerHeight + Double(lines) * (panelHeight + panelGap)
  }

  private var panelHeight: Double { headingHeight + plotHeight + axisHeight }

  var plotHeight: Double { Double(rows.count) * rowHeight }

  var rowHeight: Double {
    switch rows.count {
    case ...8: 34
    case ...16: 26
    case ...32: 18
    case ...64: 13
    default: 9
    }
  }

  /// How thick a row's bar is, and all ribbons together of the row that owns most.
  var barHeight: Double { rowHeight * 0.76 }

  /// The size of uids beside the rows.
  var labelSize: Double { min(13, rowHeight * 0.85) }

  func place(ofPanel index: Int) -> (x: Double, y: Double) {
    (
      margin + Double(index % columns) * (panelWidth + gutter),
      headerHeight + Double(index / columns) * (panelHeight + panelGap)
    )
  }

  /// The middle of a gateway's row, in its panel.
  func middle(of gateway: GatewayID) -> Double {
    headingHeight + (Double(rowOf[gateway] ?? 0) + 0.5) * rowHeight
  }

  func row(of gateway: GatewayID) -> Int { rowOf[gateway] ?? 0 }

  /// Where bars before begin, growing to the left, and where those after begin, growing to the right.
  var leftBase: Double { labelEnd + 10 + barLength }
  var rightBase: Double { change.isNone ? labelEnd + 10 : panelWidth - barLength }

  /// How long a bar is that reaches the axis's end.
  var barLength: Double { change.isNone ? panelWidth - labelEnd - 10 : 116 }

  func length(of vnis: Double) -> Double { vnis / axisEnd * barLength }

  func thickness(of vnis: Int) -> Double { Double(vnis) / Double(mostVNIs) * barHeight }
}
