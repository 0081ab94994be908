/// The figures of several strategies as an aligned table, with what each column means below it.
public struct ComparisonTable {
  private enum Tone {
    case plain, bold, dim, good, bad

    var code: String? {
      switch self {
      case .plain: nil
      case .bold: "1"
      case .dim: "2"
      case .good: "32"
      case .bad: "31"
      }
    }
  }

  private struct Cell {
    var text: String
    var tone = Tone.plain
  }

  private let figures: [StrategyFigures]
  private let hasChange: Bool

  /// A table of these figures, all of the same fleet; at least one.
  public init(_ figures: [StrategyFigures]) {
    self.figures = figures
    hasChange = figures.first.map { $0.before.gateways != $0.after.gateways } ?? false
  }

  /// Lines with a newline each.
  ///
  /// - Parameter colours: Whether to use ANSI colours: green for the best of a column, red for what hurts.
  public func rendered(colours: Bool) -> String {
    let rows = [columns.map { Cell(text: $0.title, tone: .bold) }] + figures.map { row($0) }
    let widths = columns.indices.map { column in rows.map { $0[column].text.count }.max() ?? 0 }
    var text = ""
    for row in rows {
      var line = ""
      for (column, cell) in row.enumerated() {
        let gap = String(repeating: " ", count: widths[column] - cell.text.count)
        let piece = Self.coloured(cell.text, cell.tone, colours)
        // Names to the left, figures to the right.
        if column == 0 { line += piece + gap } else { line += "  " + gap + piece }
      }
      text += line + "\n"
    }
    text += "\n"
    let width = columns.map(\.title.count).max() ?? 0
    for column in columns.dropFirst() {
      let gap = String(repeating: " ", count: width - column.title.count + 2)
      text += Self.coloured(column.title + gap + column.meaning, .dim, colours) + "\n"
    }
    return text
  }

  private struct Column {
    let title: String
    let meaning: String
    /// The figure that is compared with the other strategies', the less the better; `nil` if none is.
    var measure: (StrategyFigures) -> Double? = { _ in nil }
    /// What hurts.
    var limit = Double.infinity
    let text: (StrategyFigures) -> String
  }

  private var columns: [Column] {
    let change = [
      Column(title: "moved", meaning: "VNIs that change hands by the change") { grouped($0.moves.total) },
      Column(title: "least", meaning: "the fewest that lead from the loads before to the loads after") {
        grouped($0.moves.least)
      },
      Column(
        title: "of least", meaning: "moved / least", measure: { $0.moves.ratio }, limit: 2
      ) { times($0.moves.ratio) },
      Column(
        title: "needless", meaning: "moved from one gateway that stays to another that stays",
        measure: { Double($0.moves.betweenStaying) }, limit: 0.5
      ) { grouped($0.moves.betweenStaying) },
    ]
    return [
      Column(title: "strategy", meaning: "") { $0.strategy },
      Column(
        title: "fullest", meaning: "VNIs of the fullest gateway, in units of its fair share (max/mean)",
        measure: { $0.before.fullest }, limit: 1.5
      ) { times($0.before.fullest) },
      Column(
        title: "deviation", meaning: "standard deviation from the fair shares, in percent of the mean",
        measure: { $0.before.standardDeviation / $0.before.mean }
      ) { fixed(100 * $0.before.standardDeviation / $0.before.mean, 1) + " %" },
    ] + (hasChange ? change : []) + [
      Column(
        title: "failover",
        meaning: "the most that one survivor takes when a gateway dies, in units of what is fair",
        measure: { $0.failover?.ratio }, limit: 1.5
      ) { times($0.failover?.ratio) },
      Column(title: "time", meaning: "for one pass over all VNIs") { text(of: $0.cost.time) },
      Column(title: "memory", meaning: "what the strategy needs for it, beyond VNIs and owners") {
        text(ofMemory: $0.cost.memory)
      },
    ]
  }

  private func row(_ figures: StrategyFigures) -> [Cell] {
    columns.map { column in
      let tone: Tone
      if let value = column.measure(figures) {
        let best = self.figures.compactMap(column.measure).min() ?? value
        // What reads alike is alike.
        let isBest = self.figures.count > 1 && value <= best * 1.005
        tone = value >= column.limit ? .bad : isBest ? .good : .plain
      } else {
        tone = .plain
      }
      return Cell(text: column.text(figures), tone: tone)
    }
  }

  private static func coloured(_ text: String, _ tone: Tone, _ colours: Bool) -> String {
    guard colours, let code = tone.code else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
