/// A whole number with commas between thousands: `16,777,215`.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (position, digit) in digits.enumerated() {
    if position > 0, (digits.count - position) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

/// A number with so many decimals, rounded half away from zero; for what is far below 10¹².
func fixed(_ number: Double, _ decimals: Int) -> String {
  guard number.isFinite else { return "–" }
  var scale = 1
  for _ in 0..<decimals { scale *= 10 }
  let scaled = Int((number.magnitude * Double(scale)).rounded())
  let whole = (number < 0 && scaled > 0 ? "-" : "") + grouped(scaled / scale)
  guard decimals > 0 else { return whole }
  let fraction = String(scaled % scale)
  return whole + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// A ratio: `1.05×`.
func times(_ ratio: Double?) -> String { ratio.map { $0.isFinite ? fixed($0, 2) + "×" : "∞" } ?? "–" }

/// A time with three digits or so: `12 µs`, `3.4 ms`, `2.18 s`.
func text(of time: Duration) -> String {
  let microseconds =
    Double(time.components.seconds) * 1e6 + Double(time.components.attoseconds) / 1e12
  return switch microseconds {
  case ..<999.5: fixed(microseconds, 0) + " µs"
  case ..<99_950: fixed(microseconds / 1e3, 1) + " ms"
  case ..<999_500: fixed(microseconds / 1e3, 0) + " ms"
  default: fixed(microseconds / 1e6, 2) + " s"
  }
}

/// Memory in whole megabytes; the kernel counts no finer than a fraction of one.
func text(ofMemory bytes: Int?) -> String {
  guard let bytes else { return "–" }
  return bytes < 1_000_000 ? "<1 MB" : "\(grouped(Int((Double(bytes) / 1e6).rounded()))) MB"
}

/// A uid that fits a label: all of it up to eleven digits, else its first and last four.
func shortened(_ uid: String) -> String {
  uid.count <= 11 ? uid : "\(uid.prefix(4))…\(uid.suffix(4))"
}
