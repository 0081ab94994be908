import Figures
import Foundation
import GatewayLab
import LinuxNetworking
import WMGFramework

/// What a daemon takes of the machine.
struct Consumption: CustomStringConvertible {
  /// Resident memory at the end, in MB of 10^6 bytes.
  let megabytes: Double
  /// Of one core, 0…1.
  let processorShare: Double

  var description: String {
    "\(megabytes.text(decimals: 1)) MB, \((processorShare * 100).text(decimals: 3)) % of a core"
  }

  /// Measures from its making until it is read.
  struct Meter {
    private let gateway: LabGateway
    private let start = BootTimeClock.now
    private let processorTime: Duration

    init(_ gateway: LabGateway) throws {
      self.gateway = gateway
      processorTime = try Consumption.processorTime(gateway)
    }

    func read() throws -> Consumption {
      let spent = try Consumption.processorTime(gateway) - processorTime
      return Consumption(
        megabytes: try residentMegabytes(gateway), processorShare: spent / (BootTimeClock.now - start))
    }
  }

  /// VmRSS, as `ps` shows it.
  static func residentMegabytes(_ gateway: LabGateway) throws -> Double {
    let status = try String(contentsOfFile: "/proc/\(try pid(gateway))/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kilobytes = Double(line.dropFirst(6).filter(\.isNumber))
    else { throw LabError("/proc tells no VmRSS") }
    return kilobytes * 1024 / 1e6
  }

  /// The time that all threads have run, to the nanosecond; /proc/PID/stat counts in hundredths of a second.
  private static func processorTime(_ gateway: LabGateway) throws -> Duration {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(try pid(gateway), &clock) == 0, clock_gettime(clock, &time) == 0 else {
      throw LabError("\(gateway.name) has no processor time")
    }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private static func pid(_ gateway: LabGateway) throws -> Int32 {
    guard let daemon = gateway.daemon, daemon.isRunning else {
      throw LabError("\(gateway.name) does not run any more: \(gateway.log().suffix(300))")
    }
    return daemon.pid
  }
}
