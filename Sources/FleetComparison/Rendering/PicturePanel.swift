import WMGFramework

/// One strategy's part of the picture.
struct PicturePanel {
  private let figures: StrategyFigures
  private let layout: PictureLayout

  init(_ figures: StrategyFigures, _ layout: PictureLayout) {
    self.figures = figures
    self.layout = layout
  }

  func draw(in document: inout SVGDocument) {
    drawHeading(in: &document)
    drawAxes(in: &document)
    drawRibbons(in: &document)
    if !layout.change.isNone { drawBars(figures.before, isBefore: true, in: &document) }
    drawBars(figures.after, isBefore: false, in: &document)
    drawLabels(in: &document)
  }

  private func drawHeading(in document: inout SVGDocument) {
    document.add("text", [("class", "name"), ("x", "0"), ("y", "20")], text: figures.strategy)
    let shape =
      "fullest \(times(figures.before.fullest)) its share"
      + (figures.failover.map { ", failover \(times($0.ratio))" } ?? "")
    guard !layout.change.isNone else {
      document.add("text", [("class", "note"), ("x", "0"), ("y", "42")], text: shape)
      return
    }
    let moves = figures.moves
    let needless =
      moves.betweenStaying > 0 ? ", \(grouped(moves.betweenStaying)) of them needlessly" : ""
    document.add(
      "text", [("class", "note strong"), ("x", "0"), ("y", "41")],
      text: "\(grouped(moves.total)) move"
        + (moves.ratio.map { ", \(times($0)) the least\(needless)" } ?? ""))
    document.add("text", [("class", "note"), ("x", "0"), ("y", "59")], text: shape)
  }

  // MARK: - Bars

  private func drawAxes(in document: inout SVGDocument) {
    let bottom = layout.headingHeight + layout.plotHeight + 4
    drawAxis(
      from: layout.rightBase, towards: 1, at: bottom, layout.change.isNone ? "VNIs" : "VNIs after",
      in: &document)
    if !layout.change.isNone {
      drawAxis(from: layout.leftBase, towards: -1, at: bottom, "VNIs before", in: &document)
    }
  }

  private func drawAxis(
    from base: Double, towards direction: Double, at bottom: Double, _ title: String,
    in document: inout SVGDocument
  ) {
    let end = base + direction * layout.barLength
    document.add("line", line("rule", (base, bottom), (end, bottom)))
    for (x, value) in [(base, 0), (end, layout.axisEnd)] {
      document.add("line", line("rule", (x, layout.headingHeight - 4), (x, bottom + 4)))
      document.add(
        "text",
        [
          ("class", "axis"), ("x", SVGDocument.number(x)), ("y", SVGDocument.number(bottom + 16)),
          ("text-anchor", (x == end) == (direction > 0) ? "end" : "start"),
        ], text: grouped(Int(value)))
    }
    document.add(
      "text",
      [
        ("class", "axis"), ("x", SVGDocument.number((base + end) / 2)),
        ("y", SVGDocument.number(bottom + 32)), ("text-anchor", "middle"),
      ], text: title)
  }

  private func drawBars(_ loads: Loads, isBefore: Bool, in document: inout SVGDocument) {
    let removed = Set(layout.change.removed)
    let added = Set(layout.change.added)
    for (index, gateway) in loads.gateways.enumerated() {
      let length = layout.length(of: Double(loads.counts[index]))
      let middle = layout.middle(of: gateway)
      let style =
        isBefore
        ? (removed.contains(gateway) ? "removed" : "before") : (added.contains(gateway) ? "added" : "after")
      let count = loads.counts[index]
      document.add(
        "rect",
        [
          ("class", "bar \(style)"), ("data-vnis", "\(count)"), ("data-side", isBefore ? "before" : "after"),
          ("x", SVGDocument.number(isBefore ? layout.leftBase - length : layout.rightBase)),
          ("y", SVGDocument.number(middle - layout.barHeight / 2)),
          ("width", SVGDocument.number(length)), ("height", SVGDocument.number(layout.barHeight)),
        ]
      ) {
        $0.add(
          "title", text: "\(gateway): \(grouped(count)) VNIs \(isBefore ? "before" : "after")")
      }
      let share = layout.length(of: loads.fairShares[index])
      let x = isBefore ? layout.leftBase - share : layout.rightBase + share
      document.add(
        "line", line("fair", (x, middle - layout.rowHeight / 2), (x, middle + layout.rowHeight / 2)))
    }
  }

  private func drawLabels(in document: inout SVGDocument) {
    for gateway in layout.rows {
      document.add(
        "text",
        [
          ("class", "axis"), ("x", SVGDocument.number(layout.labelEnd)),
          ("y", SVGDocument.number(layout.middle(of: gateway) + layout.labelSize * 0.35)),
          ("text-anchor", "end"), ("style", "font-size: \(SVGDocument.number(layout.labelSize))px"),
        ], text: shortened(gateway.description))
    }
  }

  private func line(
    _ style: String, _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)
  ) -> [(String, String)] {
    [
      ("class", style), ("x1", SVGDocument.number(from.x)), ("y1", SVGDocument.number(from.y)),
      ("x2", SVGDocument.number(to.x)), ("y2", SVGDocument.number(to.y)),
    ]
  }

  // MARK: - Ribbons

  private struct Ribbon {
    let flow: Moves.Flow
    let style: String
    let thickness: Double
    var left = 0.0
    var right = 0.0
  }

  private func drawRibbons(in document: inout SVGDocument) {
    let ribbons = ribbons()
    // What moves lies over what stays.
    for style in ["stays", "added", "removed", "needless"] {
      for ribbon in ribbons where ribbon.style == style {
        let (flow, x) = (ribbon.flow, (layout.leftBase + layout.rightBase) / 2)
        let (x0, x1) = (layout.leftBase + 3, layout.rightBase - 3)
        let edge = [x0, x, x1, ribbon.left, ribbon.right, ribbon.thickness].map(SVGDocument.number)
        let lower = [ribbon.left + ribbon.thickness, ribbon.right + ribbon.thickness].map(SVGDocument.number)
        let path =
          "M\(edge[0]) \(edge[3])C\(edge[1]) \(edge[3]) \(edge[1]) \(edge[4]) \(edge[2]) \(edge[4])"
          + "V\(lower[1])C\(edge[1]) \(lower[1]) \(edge[1]) \(lower[0]) \(edge[0]) \(lower[0])Z"
        document.add("path", [("class", "ribbon \(style)"), ("data-vnis", "\(flow.count)"), ("d", path)]) {
          let verb = style == "stays" ? "stay with \(flow.from)" : "from \(flow.from) to \(flow.to)"
          $0.add("title", text: "\(grouped(flow.count)) VNIs \(verb)")
        }
      }
    }
  }

  /// One ribbon per flow, stacked at both ends in the order of the rows they lead to, around the rows' middles.
  private func ribbons() -> [Ribbon] {
    guard !layout.change.isNone, let flows = figures.moves.flows else { return [] }
    let removed = Set(layout.change.removed)
    let added = Set(layout.change.added)
    var ribbons = flows.map { flow in
      let style =
        flow.from == flow.to
        ? "stays"
        : removed.contains(flow.from) ? "removed" : added.contains(flow.to) ? "added" : "needless"
      return Ribbon(flow: flow, style: style, thickness: layout.thickness(of: flow.count))
    }
    func top(_ loads: Loads) -> [GatewayID: Double] {
      let tops = zip(loads.gateways, loads.counts).map {
        ($0, layout.middle(of: $0) - layout.thickness(of: $1) / 2)
      }
      return Dictionary(uniqueKeysWithValues: tops)
    }
    // Flows come in ascending order of both ends, which is the order of the rows.
    var (left, right) = (top(figures.before), top(figures.after))
    for index in ribbons.indices {
      let (flow, thickness) = (ribbons[index].flow, ribbons[index].thickness)
      ribbons[index].left = left[flow.from] ?? 0
      ribbons[index].right = right[flow.to] ?? 0
      left[flow.from, default: 0] += thickness
      right[flow.to, default: 0] += thickness
    }
    return ribbons
  }
}
