import CLibffi

/// What libffi must know of a function, worked out once. libffi only reads it afterwards.
final class LibffiPreparation {
  let interface: UnsafeMutablePointer<ffi_cif>
  private let types: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>

  /// - Throws: `ForeignFailure`, if libffi does not know how to make such a call.
  init(_ signature: ForeignSignature) throws(ForeignFailure) {
    let count = signature.arguments.count
    interface = .allocate(capacity: 1)
    interface.initialize(to: ffi_cif())
    types = .allocate(capacity: max(count, 1))
    for (index, argument) in signature.arguments.enumerated() {
      (types + index).initialize(to: Self.type(of: argument))
    }
    let result =
      switch signature.result {
      case .number(let type): Self.type(type)
      case .pointer: wmg_ffi_pointer()
      case .nothing: wmg_ffi_void()
      }
    guard wmg_ffi_prepare(interface, UInt32(count), result, types) == 0 else {
      throw ForeignFailure(.signature, "libffi cannot make such calls on this machine")
    }
  }

  deinit {
    interface.deallocate()
    types.deallocate()
  }

  private static func type(of argument: ForeignSignature.Argument) -> UnsafeMutablePointer<ffi_type>? {
    switch argument {
    case .vni(let type), .uid(let type), .size(let type), .constant(let type, _): Self.type(type)
    case .bytes, .output, .null, .text: wmg_ffi_pointer()
    }
  }

  private static func type(_ type: NumberType) -> UnsafeMutablePointer<ffi_type>? {
    switch type {
    case .u8: wmg_ffi_uint8()
    case .u16: wmg_ffi_uint16()
    case .u32: wmg_ffi_uint32()
    case .u64: wmg_ffi_uint64()
    case .i8: wmg_ffi_sint8()
    case .i16: wmg_ffi_sint16()
    case .i32: wmg_ffi_sint32()
    case .i64: wmg_ffi_sint64()
    case .f32: wmg_ffi_float()
    case .f64: wmg_ffi_double()
    }
  }
}
