import GatewayLab
import WMGFramework

/// What a process has, as of one moment.
package struct ProcessSample: Hashable, Sendable {
  /// Resident memory, and the part of it that is the process's own, in kB.
  package var resident: Int
  package var anonymous: Int
  package var threads: Int
  package var descriptors: Int

  package init(resident: Int, anonymous: Int, threads: Int, descriptors: Int) {
    self.resident = resident
    self.anonymous = anonymous
    self.threads = threads
    self.descriptors = descriptors
  }

  /// Asks the kernel; `nil` when there is no such process.
  package init?(of process: Int32) {
    var figures: [Substring: Int] = [:]
    for line in LabFolder.text(of: "/proc/\(process)/status").split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" })
      if words.count >= 2, let figure = Int(words[1]) { figures[words[0]] = figure }
    }
    guard let resident = figures["VmRSS"], let anonymous = figures["RssAnon"],
      let threads = figures["Threads"]
    else { return nil }
    self.init(
      resident: resident, anonymous: anonymous, threads: threads,
      descriptors: LabFolder.names(in: "/proc/\(process)/fd").count)
  }
}
