import CGuard
import Glibc

@testable import WMGRuntime

extension FuzzTarget {
  /// What the guard is told: its plan, a gateway's ticks, and the kernel's answers when it looks at interfaces. Also how
  /// others find it: by the kernel's listing of sockets, whose names any local user chooses.
  static let guardian = FuzzTarget(name: "guard") { input in
    var input = FuzzInput(input)
    switch input.byte() % 4 {
    case 0: try takeTicks(&input)
    case 1: try readPlan(Array(input.remainder))
    case 2: try look(Array(input.remainder))
    default: try find(&input)
    }
  }

  private static func takeTicks(_ input: inout FuzzInput) throws(BrokenProperty) {
    let start: Int64 = 1_000_000_000
    var now = start
    var watch = wmg_guard_watch()
    wmg_guard_begin(&watch, 3_000_000_000, 350_000_000, Int64(input.byte()) - 1, start)
    while !input.isEmpty {
      let bytes = Array(input.bytes())
      let before = watch
      now += Int64(input.byte()) * 20_000_000
      let isArmed = withExactCopy(of: bytes) { wmg_guard_take(&watch, $0.baseAddress, $0.count, now) }
      try demand(watch.last_tick >= before.last_tick, "ticks do not go back")
      try demand(!isArmed || before.has_acted && !watch.has_acted, "only who has acted is armed again")
      try demand(watch.is_over || !before.is_over, "a goodbye is for good")
      if input.byte() == 0 { wmg_guard_end(&watch, start) }
      let deadline = wmg_guard_deadline(&watch)
      // Beyond all times there is nothing that could be later.
      let last = min(watch.last_tick, Int64.max - 1)
      try demand(
        deadline >= (watch.ended_at == 0 ? last : min(last, watch.ended_at - 1)),
        "nobody acts before there is a reason")
      watch.has_acted = input.byte() == 1
    }
  }

  private static func readPlan(_ bytes: [UInt8]) throws {
    try withExactCopy(of: bytes) { block in
      var plan = wmg_guard_plan()
      guard wmg_guard_read_plan(block.baseAddress, block.count, &plan) else { return }
      let header = plan.header.pointee
      try demand(header.detection_ns > 0 && header.margin_ns >= 0, "times that can be waited")
      for place in 0..<Int(header.group_count) {
        try demand(wmg_guard_plans_overlap(&plan, &plan), "a plan with interfaces overlaps itself")
        var group = plan.groups[place]
        guard group.range_count > 0, plan.ranges[Int(group.first_range)].low < 1_000_000_000 else { continue }
        let number = plan.ranges[Int(group.first_range)].low
        let name = text(&group.prefix) + "\(number)" + text(&group.suffix)
        let kind = text(&group.kind)
        // Names go into C by bytes, which a text that is no UTF-8 would not stand.
        guard (name + kind).utf8.allSatisfy({ $0 < 0x80 }), name.utf8.count < Int(WMG_GUARD_NAME_SIZE) else {
          continue
        }
        try demand(wmg_guard_names(&plan, name, kind), "'\(name)' is one of its interfaces")
      }
    }
  }

  private static func look(_ bytes: [UInt8]) throws {
    var header = wmg_guard_plan_header()
    header.group_count = 1
    var group = wmg_guard_group()
    withUnsafeMutableBytes(of: &group.prefix) { $0.copyBytes(from: "vrrp4-".utf8) }
    group.range_count = 1
    var range = wmg_guard_range(low: 1, high: 100)
    var links = [wmg_standby_link](repeating: wmg_standby_link(), count: 4)
    let count = try withUnsafePointer(to: &header) { header in
      try withUnsafePointer(to: &group) { group in
        try withUnsafePointer(to: &range) { range in
          var plan = wmg_guard_plan(header: header, groups: group, ranges: range)
          return try links.withUnsafeMutableBufferPointer { links in
            var table = wmg_standby_table(
              links: links.baseAddress, capacity: UInt32(links.count), count: 0, interruption: -1, error: 0)
            _ = withExactCopy(of: bytes) { wmg_standby_read($0.baseAddress, $0.count, &plan, 7, &table) }
            try demand(table.count <= table.capacity, "no more links than there is room for")
            return Int(table.count)
          }
        }
      }
    }
    let indexes = links.prefix(count).map(\.index)
    try demand(indexes == indexes.sorted(), "links are in order")
  }

  /// Sockets whose names the input has, and a guard's among them.
  private static func find(_ input: inout FuzzInput) throws(BrokenProperty) {
    let name = "wmgwd2-guard.4711"
    let place = input.byte()
    var listing: [UInt8] = Array("Num       RefCount Protocol Flags    Type St Inode Path\n".utf8)
    var number: UInt8 = 0
    repeat {
      if number == place { listing += line(Array(name.utf8)) }
      // What fits into an address; the kernel writes everything as it is, but NUL.
      listing += line(input.bytes().prefix(107).map { $0 == 0 ? UInt8(ascii: "@") : $0 })
      number &+= 1
    } while !input.isEmpty && number < .max
    if place >= number { listing += line(Array(name.utf8)) }
    let names = GuardsOnDuty.names(in: String(decoding: listing, as: UTF8.self))
    try demand(names.contains(name), "nobody hides a guard")
    let prefix = "wmgwd2-guard."
    for name in names {
      let rest = name.utf8.dropFirst(prefix.utf8.count)
      try demand(
        name.hasPrefix(prefix) && rest.allSatisfy { $0 == 0x2E || 0x30...0x39 ~= $0 },
        "'\(name)' is a guard's name")
    }
  }

  /// How the kernel lists a socket that listens, with an abstract name.
  private static func line(_ name: [UInt8]) -> [UInt8] {
    Array("0000000000000000: 00000002 00000000 00010000 0005 01 12345 @".utf8) + name + [0x0A]
  }

  /// A field of characters, up to its NUL.
  private static func text<Field>(_ field: inout Field) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
