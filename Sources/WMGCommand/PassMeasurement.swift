import FleetComparison
import Glibc

/// Runs a pass, and says how long it took and by how much it raised the peak of the process's resident memory.
func measuringTimeAndMemory(_ pass: () -> Void) -> PassCost {
  let isReset = resetPeak()
  let before = residentMemory("VmRSS:")
  let clock = ContinuousClock()
  let time = clock.measure(pass)
  guard isReset, let before, let peak = residentMemory("VmHWM:") else { return PassCost(time: time) }
  return PassCost(time: time, memory: max(0, peak - before))
}

/// proc(5): writing 5 to clear_refs lowers the peak to what is resident now.
private func resetPeak() -> Bool {
  guard let file = fopen("/proc/self/clear_refs", "w") else { return false }
  let isWritten = fputs("5", file) >= 0
  return fclose(file) == 0 && isWritten
}

/// A line of /proc/self/status, in bytes.
private func residentMemory(_ label: String) -> Int? {
  guard let file = fopen("/proc/self/status", "r") else { return nil }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, 256, file) != nil {
    let text = line.withUnsafeBufferPointer {
      String(decoding: $0.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    guard text.hasPrefix(label) else { continue }
    return text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
      .map { 1024 * $0 }
  }
  return nil
}
