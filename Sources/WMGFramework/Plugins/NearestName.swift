/// The name that one probably meant: the one of least edit distance, if it is near enough to be a slip; among equally
/// near ones the first.
public func nearestName(to name: String, among known: [String]) -> String? {
  let ranked = known.map { (name: $0, distance: editDistance(name, $0)) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
  let longer = max(name.count, best.name.count)
  if best.distance <= max(1, longer / 3) { return best.name }
  return known.first { !name.isEmpty && ($0.hasPrefix(name) || name.hasPrefix($0)) }
}

/// Levenshtein's distance, with two neighbours in the wrong order as one slip, by three rows.
private func editDistance(_ first: String, _ second: String) -> Int {
  let first = Array(first)
  let second = Array(second)
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for row in first.indices {
    var current = [row + 1]
    for column in second.indices {
      let isSame = first[row] == second[column]
      var distance = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        distance = min(distance, beforePrevious[column - 1] + 1)
      }
      current.append(distance)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[second.count]
}
