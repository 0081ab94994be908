import CLibffi

/// A way to have a foreign function score one pair.
protocol PairCall {
  func score(_ vni: UInt64, _ uid: UInt64) -> UInt64
}

/// A call as of a C function that takes six 64-bit integers.
///
/// In the calling conventions of 64-bit Linux (System V for x86-64, AAPCS64) integers and pointers go through registers
/// one by one, whatever their width; a function that takes fewer does not look at the others.
struct DirectCall: PairCall {
  /// How many integers go through registers on every machine that has this route.
  static let registers = 6
  private typealias Function =
    @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64

  /// Whether this machine's calling convention allows it.
  static var isPossible: Bool {
    #if arch(x86_64) || arch(arm64)
      true
    #else
      false
    #endif
  }

  private let function: Function
  private let memory: CallMemory
  private let mask: UInt64
  private let flip: UInt64
  private let isInMemory: Bool

  init(_ function: ForeignFunction, _ memory: CallMemory) {
    self.function = unsafeBitCast(function.entry, to: Function.self)
    self.memory = memory
    mask = function.reading.mask
    flip = function.reading.flip
    isInMemory = function.reading.isInMemory
  }

  @inline(__always)
  func score(_ vni: UInt64, _ uid: UInt64) -> UInt64 {
    memory.vni.pointee = vni
    memory.uid.pointee = uid
    memory.writeKey(vni, uid)
    memory.output.pointee = 0
    let registers = memory.registers
    let returned = function(
      registers[0], registers[1], registers[2], registers[3], registers[4], registers[5])
    return (isInMemory ? memory.output.pointee : returned) & mask ^ flip
  }
}

/// A call by libffi.
struct LibffiCall: PairCall {
  private let function: @convention(c) () -> Void
  private let memory: CallMemory
  private let interface: UnsafeMutablePointer<ffi_cif>
  private let reading: ScoreReading
  private let vniType: NumberType
  private let uidType: NumberType

  init(_ function: ForeignFunction, _ memory: CallMemory) {
    self.function = unsafeBitCast(function.entry, to: (@convention(c) () -> Void).self)
    self.memory = memory
    interface = function.libffi.interface
    reading = function.reading
    var vniType = NumberType.u32
    var uidType = NumberType.u64
    for argument in function.signature.arguments {
      if case .vni(let type) = argument { vniType = type }
      if case .uid(let type) = argument { uidType = type }
    }
    self.vniType = vniType
    self.uidType = uidType
  }

  @inline(__always)
  func score(_ vni: UInt64, _ uid: UInt64) -> UInt64 {
    memory.vni.pointee = Self.word(vni, vniType)
    memory.uid.pointee = Self.word(uid, uidType)
    memory.writeKey(vni, uid)
    memory.output.pointee = 0
    ffi_call(interface, function, memory.result, memory.places)
    return reading.score(reading.isInMemory ? memory.output.pointee : memory.result.pointee)
  }

  @inline(__always)
  private static func word(_ number: UInt64, _ type: NumberType) -> UInt64 {
    switch type {
    case .f32: UInt64(Float(number).bitPattern)
    case .f64: Double(number).bitPattern
    default: number
    }
  }
}
