import CLibmnl
import CLinux

/// The attributes in a stretch of a netlink message, in order: type and payload.
struct NetlinkAttributes: Sequence, IteratorProtocol {
  private var next_: UnsafePointer<nlattr>?
  private let end: UnsafeRawPointer?

  /// The attributes of a message after its family's header of `headerLength` bytes.
  init(of message: UnsafePointer<nlmsghdr>, after headerLength: Int) {
    let first: UnsafeMutableRawPointer? = mnl_nlmsg_get_payload_offset(message, headerLength)
    next_ = UnsafePointer(first?.assumingMemoryBound(to: nlattr.self))
    // Not libmnl's tail, which counts the padding too: behind the last message there is none.
    end = UnsafeRawPointer(message) + Int(message.pointee.nlmsg_len)
  }

  /// The attributes within an attribute.
  init(nestedIn payload: UnsafeRawBufferPointer) {
    next_ = payload.baseAddress?.assumingMemoryBound(to: nlattr.self)
    end = payload.baseAddress.map { $0 + payload.count }
  }

  mutating func next() -> (type: Int, payload: UnsafeRawBufferPointer)? {
    guard let attribute = next_, let end else { return nil }
    let left = end - UnsafeRawPointer(attribute)
    guard left > 0, mnl_attr_ok(attribute, CInt(left)) else { return nil }
    next_ = UnsafePointer(mnl_attr_next(attribute))
    return (
      Int(mnl_attr_get_type(attribute)),
      UnsafeRawBufferPointer(
        start: mnl_attr_get_payload(attribute), count: Int(mnl_attr_get_payload_len(attribute)))
    )
  }
}

extension UnsafeRawBufferPointer {
  /// A number of an attribute; `nil` where the attribute is too short to be one.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type = Number.self) -> Number? {
    count >= MemoryLayout<Number>.size ? loadUnaligned(as: Number.self) : nil
  }

  /// A NUL-terminated text of an attribute.
  var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
