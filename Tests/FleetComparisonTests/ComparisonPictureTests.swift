import Foundation
import FoundationXML
import Testing
import WMGFramework

@testable import FleetComparison

@Suite struct ComparisonPictureTests {
  private let change = FleetChange(from: uids(11, 12, 13, 14, 15), to: uids(11, 12, 14, 15, 19))

  @Test func theBarsAddUp() throws {
    let figures = [
      figures(of: Mixing(), named: "mixing", "1-10000", change),
      figures(of: Ordinal(), named: "<ordinal> & \"others\"", "1-10000", change),
    ]
    let picture = try Picture(ComparisonPicture(figures).svg)
    for side in ["before", "after"] {
      let bars = picture.elements("rect").filter { $0["data-side"] == side }
      #expect(bars.count == 10)
      #expect(bars.reduce(0) { $0 + $1.vnis } == 20_000)
      // One scale for all: every bar is as long as its number says.
      let scales = try bars.map { try #require(Double($0["width"] ?? "")) / Double($0.vnis) }
      for scale in scales { #expect(abs(scale / scales[0] - 1) < 0.001) }
    }
    let left = picture.elements("rect").filter { $0["data-side"] == "before" }.prefix(5).map(\.vnis)
    #expect(left == figures[0].before.counts)
  }

  @Test func theRibbonsAreTheFlows() throws {
    let figures = figures(of: Ordinal(), "1-10000", change)
    let ribbons = try Picture(ComparisonPicture([figures]).svg).elements("path")
    func sum(_ style: String) -> Int {
      ribbons.filter { $0["class"] == "ribbon \(style)" }.reduce(0) { $0 + $1.vnis }
    }
    #expect(sum("removed") == figures.moves.fromRemoved)
    #expect(sum("added") == figures.moves.toAdded)
    #expect(sum("needless") == figures.moves.betweenStaying)
    #expect(ribbons.reduce(0) { $0 + $1.vnis } == 10_000)
  }

  @Test func withoutAChangeThereIsOneBarPerGateway() throws {
    let none = FleetChange(from: uids(11, 12), to: uids(11, 12))
    let picture = try Picture(ComparisonPicture([figures(of: Mixing(), "1-100", none)]).svg)
    #expect(picture.elements("path").isEmpty)
    #expect(picture.elements("rect").filter { $0["data-side"] != nil }.reduce(0) { $0 + $1.vnis } == 100)
  }

  @Test func nothingIsOutsideOfThePicture() throws {
    let fleet = (1...64).compactMap { GatewayID(rawValue: $0 << 57 | 1) }
    let many = FleetChange(from: fleet, to: fleet.dropFirst())
    let all = (1...7).map { figures(of: Mixing(), named: "strategy \($0)", "1-5000", many) }
    let document = ComparisonPicture(all)
    let picture = try Picture(document.svg)
    for place in (0..<7).map({ document.layout.place(ofPanel: $0) }) {
      for bar in picture.elements("rect") where bar["data-side"] != nil {
        let (x, y) = (Double(bar["x"] ?? "") ?? -1, Double(bar["y"] ?? "") ?? -1)
        #expect(place.x + x >= 0 && place.x + x + (Double(bar["width"] ?? "") ?? 0) <= document.layout.width)
        #expect(place.y + y >= 0 && place.y + y <= document.layout.height)
      }
    }
  }

  @Test func axesEndAtRoundNumbers() {
    let ends = [1, 7, 10, 11, 99, 2031, 2500, 262_144].map { PictureLayout.roundNumber(notBelow: $0) }
    #expect(ends == [1, 8, 10, 12, 100, 2500, 2500, 300_000])
  }

  @Test func coordinatesAreShort() {
    #expect(
      [0, 1.5, -2.25, 1234.567, 0.999, 0.051].map(SVGDocument.number) == [
        "0", "1.5", "-2.25", "1234.57", "1", "0.05",
      ])
  }
}

/// A picture as an XML parser sees it; one that is not well-formed throws.
private final class Picture: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]

    subscript(name: String) -> String? { attributes[name] }
    var vnis: Int { Int(attributes["data-vnis"] ?? "") ?? 0 }
  }

  private var all: [Element] = []

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func elements(_ name: String) -> [Element] { all.filter { $0.name == name } }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    all.append(Element(name: elementName, attributes: attributes))
  }
}
