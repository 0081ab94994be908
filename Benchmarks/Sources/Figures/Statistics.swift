import WMGFramework

extension Collection where Element: Comparable {
  /// The middle value; of an even number the upper one of the two in the middle. The collection must not be empty.
  public var median: Element { sorted()[count / 2] }
}

extension Duration {
  /// The length in milliseconds.
  public var milliseconds: Double { Double(nanoseconds) / 1e6 }
  /// `44.5 ms`, `3.12 s`.
  public var text: String {
    nanoseconds.magnitude < 1_000_000_000
      ? "\(milliseconds.text(decimals: 1)) ms" : "\((milliseconds / 1000).text(decimals: 2)) s"
  }
}

extension Double {
  /// The number with a fixed count of decimals.
  public func text(decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((magnitude * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    return "\(sign)\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
