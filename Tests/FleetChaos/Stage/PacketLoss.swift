import GatewayLab

/// Advertisements that get lost on their way through the switch, by nftables: one way, both ways, or at random.
enum PacketLoss {
  private static let table = "table bridge wmgchaos"

  static func begin(_ loss: Fault.Loss, in network: LabNetwork) throws(LabError) {
    let lines = rules(loss).map { "    \($0) counter drop" }.joined(separator: "\n")
    try run(
      """
      \(table) {
        chain forward {
          type filter hook forward priority 0;
      \(lines)
        }
      }
      """, in: network)
  }

  static func end(in network: LabNetwork) throws(LabError) {
    try run("delete \(table)", in: network)
  }

  private static func rules(_ loss: Fault.Loss) -> [String] {
    let underlay = "ether type ip udp dport 3000"
    func from(_ gateway: Int) -> String { "iifname \"\(LabLink.underlay.port(of: gateway))\"" }
    func to(_ gateway: Int) -> String { "oifname \"\(LabLink.underlay.port(of: gateway))\"" }
    switch loss {
    case .deaf(let gateway): return ["\(to(gateway)) \(underlay)"]
    case .mute(let gateway): return ["\(from(gateway)) \(underlay)"]
    case .oneWay(let sender, let receiver): return ["\(from(sender)) \(to(receiver)) \(underlay)"]
    case .random(let percent): return ["\(underlay) numgen random mod 100 < \(percent)"]
    }
  }

  private static func run(_ script: String, in network: LabNetwork) throws(LabError) {
    // No quotes of the shell's are in these scripts.
    let child = try ChildProcess(
      "/bin/sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin; nft -f - <<'END'\n\(script)\nEND\n"],
      namespace: network.switchNamespace, errors: .file("\(network.folder)/nft.log"))
    guard child.wait(for: .seconds(20)) == .exited(0) else {
      throw LabError(
        "nft could not drop packets in the switch (see 'apt install nftables'): \(script)", exitCode: 69)
    }
  }
}
