import WMGFramework

@testable import GatewayLab
@testable import LinuxNetworking

extension FuzzTarget {
  /// Ethernet frames with ARP, as the effectors' packet sockets and the lab's capture receive them.
  static let announcement = FuzzTarget(name: "announcement") { input in
    let seen = gratuitousARP(input[...])
    guard let frame = input.withUnsafeBytes({ ARPFrame($0) }) else { return }
    let written = frame.bytes
    try demand(written.count == ARPFrame.length, "a frame has 60 bytes, not \(written.count)")
    try demand(written.prefix(42) == input.prefix(42), "a frame is written as it was read")
    try demand(written.withUnsafeBytes { ARPFrame($0) } == frame, "a frame is read as it was written")
    guard frame.sender == frame.target else { return }
    try demand(seen?.address == frame.sender, "the lab sees every gratuitous ARP that the daemon sees")
    try demand(seen?.operation == frame.operation.rawValue, "the lab sees the same operation")
  }
}
