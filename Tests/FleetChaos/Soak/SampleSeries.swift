import WMGFramework

/// What one process had, second by second, and whether that is flat.
package struct SampleSeries: Sendable {
  /// A figure per minute: of memory the median of its samples, which a moment's need (an answer to `status`) does not
  /// move; of descriptors and threads the least, for a question to the kernel may wait minutes for its lock.
  package struct Flatness: Hashable, Sendable {
    package var first: Int
    package var last: Int
    package var least: Int
    package var most: Int
    /// Per hour, of the straight line that fits best.
    package var slope: Double

    package init(first: Int, last: Int, least: Int, most: Int, slope: Double) {
      self.first = first
      self.last = last
      self.least = least
      self.most = most
      self.slope = slope
    }
  }

  /// Not looked at: a daemon gives back what only its start needed after eight seconds, and its first peers come and go.
  package static let warmUp = Duration.seconds(120)
  /// Memory is flat when no minute differs by more than this (kB) from the middle of the greatest and the least.
  package static let memoryBound = 1024

  package let name: String
  package let process: Int32
  private var samples: [(at: Duration, sample: ProcessSample)] = []

  package init(name: String, process: Int32) {
    self.name = name
    self.process = process
  }

  package var length: Duration { samples.last?.at ?? .zero }
  package var count: Int { samples.count }

  /// Takes a sample, at its time since the process was first seen.
  package mutating func add(_ sample: ProcessSample, at time: Duration) {
    samples.append((time, sample))
  }

  /// By minute, after the warm-up; `nil` before the second minute of it.
  ///
  /// - Parameter choose: Takes one of a minute's samples, in ascending order.
  package func flatness(
    of figure: (ProcessSample) -> Int, choosing choose: ([Int]) -> Int = { $0[$0.count / 2] }
  ) -> Flatness? {
    var minutes: [[Int]] = []
    for (time, sample) in samples where time >= Self.warmUp {
      let minute = Int((time - Self.warmUp).nanoseconds / 60_000_000_000)
      while minutes.count <= minute { minutes.append([]) }
      minutes[minute].append(figure(sample))
    }
    let chosen = minutes.filter { $0.count >= 20 }.map { choose($0.sorted()) }
    guard chosen.count >= 2, let first = chosen.first, let last = chosen.last, let least = chosen.min(),
      let most = chosen.max()
    else { return nil }
    let middle = Double(chosen.count - 1) / 2
    let mean = Double(chosen.reduce(0, +)) / Double(chosen.count)
    var product = 0.0
    var square = 0.0
    for (minute, figure) in chosen.enumerated() {
      product += (Double(minute) - middle) * (Double(figure) - mean)
      square += (Double(minute) - middle) * (Double(minute) - middle)
    }
    return Flatness(first: first, last: last, least: least, most: most, slope: product / square * 60)
  }

  /// What is not flat.
  package var faults: [String] {
    guard let resident = flatness(of: \.resident),
      let descriptors = flatness(of: \.descriptors, choosing: { $0[0] }),
      let threads = flatness(of: \.threads, choosing: { $0[0] })
    else { return [] }
    var faults: [String] = []
    if resident.most - resident.least > 2 * Self.memoryBound {
      faults.append("\(name): memory is not flat: \(resident.least) to \(resident.most) kB")
    }
    if descriptors.least != descriptors.most {
      faults.append("\(name): descriptors are not flat: \(descriptors.least) to \(descriptors.most)")
    }
    if threads.least != threads.most {
      faults.append("\(name): threads are not flat: \(threads.least) to \(threads.most)")
    }
    return faults
  }

  /// One line of the report.
  package var line: String {
    guard let resident = flatness(of: \.resident), let anonymous = flatness(of: \.anonymous),
      let descriptors = flatness(of: \.descriptors, choosing: { $0[0] }),
      let threads = flatness(of: \.threads, choosing: { $0[0] })
    else { return "\(name) (pid \(process)): \(count) samples in \(seconds(length)), too few to judge" }
    func kilobytes(_ flatness: Flatness) -> String {
      "\(flatness.first) -> \(flatness.last) kB (\(flatness.least) to \(flatness.most), slope "
        + "\(Int(flatness.slope.rounded())) kB/h)"
    }
    return
      "\(name) (pid \(process)), \(count) samples in \(seconds(length)): resident \(kilobytes(resident)); own "
      + "\(kilobytes(anonymous)); descriptors \(descriptors.least) to \(descriptors.most); threads "
      + "\(threads.least) to \(threads.most)"
  }
}
