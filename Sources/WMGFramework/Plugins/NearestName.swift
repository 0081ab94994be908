/// The name that one probably meant: the one of least edit distance, if it is near enough to be a slip.
public func nearestName(to name: String, among known: [String]) -> String? {
  let ranked = known.map { (name: $0, distance: editDistance(name, $0)) }
  guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
  let longer = max(name.count, best.name.count)
  if best.distance <= max(1, longer / 3) { return best.name }
  return known.first { !name.isEmpty && ($0.hasPrefix(name) || name.hasPrefix($0)) }
}

/// Levenshtein's distance, by two rows.
private func editDistance(_ first: String, _ second: String) -> Int {
  let first = Array(first)
  let second = Array(second)
  var previous = Array(0...second.count)
  for (row, character) in first.enumerated() {
    var current = [row + 1]
    for (column, other) in second.enumerated() {
      current.append(
        min(
          previous[column] + (character == other ? 0 : 1), previous[column + 1] + 1,
          current[column] + 1))
    }
    previous = current
  }
  return previous[second.count]
}
