import LinuxNetworking
import WMGFramework

/// A process that does nothing and takes all the time it gets.
package enum BusyProcessor {
  package static func run(_ length: Duration) {
    let end = BootTimeClock.now + length
    var number: UInt64 = 1
    while BootTimeClock.now < end {
      for _ in 0..<100_000 { number = number &* 6_364_136_223_846_793_005 &+ 1 }
    }
    // So that the loop is not taken for useless.
    if number == 0 { print(number) }
  }
}
