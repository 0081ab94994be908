import WMGFramework

/// The figures of several strategies as a picture (SVG): a panel each, with a row per gateway. Bars to the left are its
/// VNIs before the change, bars to the right those after, and ribbons between them lead each VNI from its old owner to
/// the new one.
public struct ComparisonPicture {
  /// A picture has a row per gateway, and nobody could read more.
  public static let mostGateways = 128

  let figures: [StrategyFigures]
  let layout: PictureLayout

  /// A picture of these figures, all of the same fleet; at least one, and at most `mostGateways` gateways before and
  /// after taken together.
  public init(_ figures: [StrategyFigures]) {
    self.figures = figures
    layout = PictureLayout(figures)
  }

  /// The document, complete in itself.
  public var svg: String {
    var document = SVGDocument()
    let size = [layout.width, layout.height].map(SVGDocument.number)
    document.add(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(size[0]) \(size[1])"),
        ("width", size[0]), ("height", size[1]), ("role", "img"), ("aria-labelledby", "title subtitle"),
      ]
    ) { document in
      document.add("style", text: PictureStyle.sheet)
      document.add("rect", [("class", "paper"), ("width", "100%"), ("height", "100%")])
      drawHeader(in: &document)
      for (index, figures) in figures.enumerated() {
        let place = layout.place(ofPanel: index)
        document.add(
          "g", [("transform", "translate(\(SVGDocument.number(place.x)) \(SVGDocument.number(place.y)))")]
        ) { PicturePanel(figures, layout).draw(in: &$0) }
      }
    }
    return document.text
  }

  private func drawHeader(in document: inout SVGDocument) {
    document.add(
      "text", [("id", "title"), ("class", "title"), ("x", "40"), ("y", "56")], text: title)
    document.add(
      "text", [("id", "subtitle"), ("class", "note"), ("x", "40"), ("y", "82")], text: subtitle)
    var x = 40.0
    for (style, meaning) in legend {
      document.add(
        "rect",
        [
          ("class", style), ("x", SVGDocument.number(x)), ("y", "100"),
          ("width", "12"), ("height", "12"), ("rx", "2"),
        ])
      document.add(
        "text", [("class", "note"), ("x", SVGDocument.number(x + 18)), ("y", "111")], text: meaning)
      x += 18 + 6.9 * Double(meaning.count) + 22
    }
    let key = SVGDocument.number(x + 6)
    document.add("line", [("class", "fair"), ("x1", key), ("x2", key), ("y1", "99"), ("y2", "113")])
    document.add(
      "text", [("class", "note"), ("x", SVGDocument.number(x + 18)), ("y", "111")], text: "fair share")
  }

  private var title: String {
    let (removed, added) = (layout.change.removed, layout.change.added)
    func named(_ gateways: [String], _ verb: String) -> String? {
      switch gateways.count {
      case 0: nil
      case 1: "\(shortened(gateways[0])) \(verb)s"
      case 2: "\(shortened(gateways[0])) and \(shortened(gateways[1])) \(verb)"
      default: "\(gateways.count) gateways \(verb)"
      }
    }
    let parts = [
      named(removed.map(\.description), "leave"), named(added.map(\.description), "join"),
    ].compactMap { $0 }
    return parts.isEmpty ? "Who owns how many VNIs" : parts.joined(separator: ", ") + ": which VNIs move?"
  }

  private var subtitle: String {
    let count = figures.first?.before.counts.reduce(0, +) ?? 0
    let fleet =
      "\(grouped(count)) VNIs, \(layout.change.before.count) gateway\(layout.change.before.count == 1 ? "" : "s")"
    guard !layout.change.isNone else { return "\(fleet); bars: VNIs of each gateway" }
    return "\(fleet) before, \(layout.change.after.count) after; bars: VNIs of each gateway"
  }

  private var legend: [(String, String)] {
    guard !layout.change.isNone else { return [("after", "VNIs")] }
    var legend = [("stays", "stay where they are")]
    if !layout.change.removed.isEmpty { legend.append(("removed", "of a gateway that leaves")) }
    if !layout.change.added.isEmpty { legend.append(("added", "to a gateway that joins")) }
    return legend + [("needless", "between gateways that stay: needless")]
  }
}
