import CWMGPlugin
import Glibc
import WMGFramework

/// What an instance of a library's plugin is given of this gateway and its options: C structures that live as long as
/// this object.
///
/// `@unchecked`: nothing is changed after `init`.
final class LibraryArguments: @unchecked Sendable {
  let gateway: UnsafePointer<wmgwd2_gateway>
  let values: UnsafePointer<wmgwd2_value>
  private let ranges: UnsafeMutablePointer<wmgwd2_vni_range>
  private let texts: [UnsafeMutablePointer<CChar>?]

  init(_ configuration: GatewayConfiguration, _ options: [LibraryOption], _ set: PluginOptionValues) {
    let vnis = configuration.vnis.ranges
    ranges = .allocate(capacity: vnis.count + 1)
    for (index, range) in vnis.enumerated() {
      ranges[index] = wmgwd2_vni_range(first: range.lowerBound.rawValue, last: range.upperBound.rawValue)
    }
    let gateway = UnsafeMutablePointer<wmgwd2_gateway>.allocate(capacity: 1)
    gateway.initialize(
      to: wmgwd2_gateway(
        size: UInt32(MemoryLayout<wmgwd2_gateway>.stride), peer_limit: UInt32(configuration.peerLimit),
        uid: configuration.uid.rawValue, ranges: ranges, range_count: vnis.count,
        interval_ns: configuration.interval.nanoseconds,
        detection_time_ns: configuration.detectionTime.nanoseconds,
        burst_spacing_ns: configuration.burstSpacing.nanoseconds))
    self.gateway = UnsafePointer(gateway)

    // One more than there are, so that there is an address in any case.
    let values = UnsafeMutablePointer<wmgwd2_value>.allocate(capacity: options.count + 1)
    var texts: [UnsafeMutablePointer<CChar>?] = []
    for (index, option) in options.enumerated() {
      let text = strdup(option.option.text(in: set))
      texts.append(text)
      values[index] = wmgwd2_value(text: text, number: option.number(set))
    }
    self.values = UnsafePointer(values)
    self.texts = texts
  }

  deinit {
    gateway.deallocate()
    values.deallocate()
    ranges.deallocate()
    for text in texts { free(text) }
  }
}
