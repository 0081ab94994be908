import WMGFramework

/// What has happened lately, by machine; or everything, told as it happens.
struct Chronicle {
  enum Note {
    case logged(LogEntry)
    case sent
    case heard(uid: UInt64)
    case switched(vni: Int, isUp: Bool, by: String)
    case phase(String)
    case said(String)
  }

  private struct Entry {
    var time: MonotonicInstant
    var note: Note
  }

  private let start: MonotonicInstant
  private let tell: ((String) -> Void)?
  private var entries: [[Entry]]
  private var places: [Int]

  static let capacity = 120

  init(hosts: Int, start: MonotonicInstant, tell: ((String) -> Void)?) {
    self.start = start
    self.tell = tell
    entries = Array(repeating: [], count: hosts)
    places = Array(repeating: 0, count: hosts)
  }

  mutating func note(_ time: MonotonicInstant, _ host: Int, _ note: Note) {
    let entry = Entry(time: time, note: note)
    if let tell { tell(describe(entry, host)) }
    // What is heard is most of it, and told only as it happens.
    if case .heard = note { return }
    if entries[host].count < Self.capacity {
      entries[host].append(entry)
    } else {
      entries[host][places[host]] = entry
      places[host] = (places[host] + 1) % Self.capacity
    }
  }

  /// The last events of these machines, by time.
  func lastEvents(of hosts: [Int]) -> [String] {
    let wanted = Set(hosts.filter { entries.indices.contains($0) })
    let all = wanted.flatMap { host in entries[host].map { (host, $0) } }
    return all.sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }.map { describe($0.1, $0.0) }
  }

  private func describe(_ entry: Entry, _ host: Int) -> String {
    let text: String
    switch entry.note {
    case .logged(let line):
      text = line.message + line.fields.map { " \($0.name)=\($0.value)" }.joined()
    case .sent: text = "advertises"
    case .heard(let uid): text = "hears \(uid)"
    case .switched(let vni, let isUp, let cause):
      text = "VNI \(vni + 100) \(isUp ? "up" : "down") by \(cause)"
    case .phase(let name): text = "→ \(name)"
    case .said(let words): text = words
    }
    return "\((entry.time - start).inSeconds) g\(host) \(text)"
  }
}
