import FleetSimulation
import WMGFramework

extension NegativeControl {
  /// The first seed that finds it, and what it breaks; of the first 1,000.
  func firstSeed(threads: Int) async -> (seed: UInt64, violation: Violation)? {
    let next = Counter(1)
    let found = Finding()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<threads {
        group.addTask {
          while !found.isMade {
            let seed = next.take()
            guard seed <= Self.mostSeeds else { return }
            if let violation = run(seed: seed) { found.make(seed, violation) }
          }
        }
      }
    }
    return found.value
  }
}
