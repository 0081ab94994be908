import CWMGPlugin
import Glibc

/// C structures made of an input, each in memory of exactly its size, so that a sanitizer sees what is read beyond. All
/// of it goes with this object.
final class ForeignMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { free(block) } }

  /// A library's table with all that it points to.
  func library(_ input: inout FuzzInput) -> UnsafeRawPointer {
    let shape = input.byte()
    let count = shape & 1 == 0 ? 1 : Int(input.byte())
    let plugins = (0..<min(count, 4)).map { _ in plugin(&input) }
    var table = RawTable(size: 24)
    table.put(shape & 2 == 0 ? 1 : input.number(UInt32.self), at: 0)
    let declared = shape & 4 == 0 ? 24 : input.number(UInt32.self)
    table.put(declared, at: 4)
    // More pointers than there are plugins are NULL.
    let pointers =
      plugins + [UnsafeRawPointer?](repeating: nil, count: max(0, min(count, 64) - plugins.count))
    table.put(shape & 8 == 0 ? array(pointers).map { UnsafeRawPointer($0) } : nil, at: 8)
    table.put(UInt32(count), at: 16)
    return block(table, declared: declared, least: 8)
  }

  /// An advertisement as a discovery reports it; or NULL.
  func advertisement(_ input: inout FuzzInput) -> UnsafePointer<wmgwd2_advertisement>? {
    let size = input.byte()
    guard size != 0xFF else { return nil }
    var table = RawTable(size: 48)
    for place in 0..<48 { table.put(input.byte(), at: place) }
    let declared = size < 64 ? UInt32(size) : size < 192 ? 48 : input.number(UInt32.self)
    table.put(declared, at: 0)
    return block(table, declared: declared, least: 4).assumingMemoryBound(to: wmgwd2_advertisement.self)
  }

  /// How many elements an array has, and how many are said: the two differ where so many can never be.
  func count(_ input: inout FuzzInput) -> (real: Int, said: Int) {
    let count = Int(input.byte())
    return count < 200 ? (count, count) : (1, count % 2 == 0 ? -count : 0x100_0000 + count)
  }

  func array<Element>(_ elements: [Element]) -> UnsafePointer<Element>? {
    elements.withUnsafeBytes { UnsafePointer(block($0).assumingMemoryBound(to: Element.self)) }
  }

  /// A text, NULL, or one that does not end where reading must.
  func text(_ input: inout FuzzInput) -> UnsafePointer<CChar>? {
    switch input.byte() {
    case 0: return nil
    case 1: return array([CChar](repeating: 65, count: 65536))
    case 2: return array(Array("name".utf8CString))
    default: return array(input.bytes().map { CChar(bitPattern: $0) } + [0])
    }
  }

  private func plugin(_ input: inout FuzzInput) -> UnsafeRawPointer? {
    let shape = input.byte()
    guard shape != 0xFF else { return nil }
    var table = RawTable(size: 80)
    let declared = shape & 1 == 0 ? 80 : input.number(UInt32.self)
    table.put(declared, at: 0)
    let optionCount = shape & 2 == 0 ? UInt32(shape >> 6) : input.number(UInt32.self)
    let optionSize =
      shape & 4 == 0 ? 56 : shape & 8 == 0 ? UInt64(input.byte()) * 8 : input.number(UInt64.self)
    table.put(optionCount, at: 4)
    for place in [8, 16, 24, 32] { table.put(text(&input).map { UnsafeRawPointer($0) }, at: place) }
    table.put(options(&input, optionCount, optionSize), at: 40)
    table.put(optionSize, at: 48)
    let kinds = input.byte()
    if kinds & 1 != 0 { table.put(strategy(&input), at: 56) }
    if kinds & 2 != 0 { table.put(functions(&input, size: 88, from: 8), at: 64) }
    if kinds & 4 != 0 { table.put(functions(&input, size: 56, from: 8), at: 72) }
    return block(table, declared: declared, least: 4)
  }

  private func strategy(_ input: inout FuzzInput) -> UnsafeRawPointer {
    functions(&input, size: 72, from: 32) { table, input in
      for place in [4, 8, 12] { table.put(input.number(UInt32.self), at: place) }
      for place in [16, 24] { table.put(text(&input).map { UnsafeRawPointer($0) }, at: place) }
    }
  }

  /// A table with functions that are never called.
  private func functions(
    _ input: inout FuzzInput, size: UInt32, from first: Int,
    _ fill: (inout RawTable, inout FuzzInput) -> Void = { _, _ in }
  ) -> UnsafeRawPointer {
    var table = RawTable(size: Int(size))
    fill(&table, &input)
    let present = input.number(UInt16.self)
    for (number, place) in stride(from: first, to: Int(size), by: 8).enumerated() {
      table.put(present >> UInt16(number) & 1 == 0 ? UnsafeRawPointer(bitPattern: 0x1000) : nil, at: place)
    }
    let declared = input.byte() % 4 != 3 ? size : input.number(UInt32.self)
    table.put(declared, at: 0)
    return block(table, declared: declared, least: 4)
  }

  /// Options one after the other, each of `size` bytes; where there can be none, hardly any memory.
  private func options(_ input: inout FuzzInput, _ count: UInt32, _ size: UInt64) -> UnsafeRawPointer? {
    guard count <= 64, (56...4096).contains(size) else {
      return UnsafeRawPointer(array([UInt64(0)]))
    }
    var bytes: [UInt8] = []
    for _ in 0..<count {
      var option = RawTable(size: Int(size))
      for place in [0, 8, 16, 24] { option.put(text(&input).map { UnsafeRawPointer($0) }, at: place) }
      option.put(UInt32(input.byte() % 8), at: 32)
      option.put(UInt32(input.byte()), at: 36)
      if input.byte() & 1 == 1 {
        option.put(input.number(Int64.self), at: 40)
        option.put(input.number(Int64.self), at: 48)
      }
      bytes += option.bytes
    }
    return bytes.isEmpty ? nil : bytes.withUnsafeBytes { UnsafeRawPointer(block($0)) }
  }

  /// As much of a table as it says it has, and at least what says so.
  private func block(_ table: RawTable, declared: UInt32, least: Int) -> UnsafeRawPointer {
    let count = max(least, min(table.bytes.count, Int(declared)))
    return table.bytes.withUnsafeBytes {
      UnsafeRawPointer(block(UnsafeRawBufferPointer(rebasing: $0[..<count])))
    }
  }

  private func block(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
    guard let block = malloc(max(bytes.count, 1)) else { fatalError("no memory") }
    UnsafeMutableRawBufferPointer(start: block, count: bytes.count).copyMemory(from: bytes)
    blocks.append(block)
    return block
  }
}

/// A structure's bytes.
private struct RawTable {
  private(set) var bytes: [UInt8]

  init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

  mutating func put<Value: BitwiseCopyable>(_ value: Value, at place: Int) {
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: place, as: Value.self) }
  }
}
