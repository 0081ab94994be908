/// MurmurHash3's 64-bit finaliser (Appleby, 2011): a bijection in which every input bit reaches every output bit.
@inlinable
@inline(__always)
public func murmurFinalizer(_ value: UInt64) -> UInt64 {
  var mixed = value
  mixed ^= mixed >> 33
  mixed &*= 0xFF51_AFD7_ED55_8CCD
  mixed ^= mixed >> 33
  mixed &*= 0xC4CE_B9FE_1A85_EC53
  mixed ^= mixed >> 33
  return mixed
}
