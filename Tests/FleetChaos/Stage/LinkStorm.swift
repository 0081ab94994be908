import GatewayLab

/// Another program in a gateway's namespace that makes thousands of links and toggles them all the time: more news than
/// a netlink socket holds while its reader is away.
package enum LinkStorm {
  /// All storms' links are of this group, so that one request deletes them.
  private static let group = 7777

  /// The links that are toggled.
  package static func links(pairs: Int) -> [String] { (0..<pairs).map { "storm\($0)" } }

  static func make(pairs: Int, in namespace: String) throws(LabError) {
    try IPCommand.run(
      links(pairs: pairs).enumerated().map {
        "link add \($1) group \(group) up type veth peer name mrots\($0)"
      }, in: namespace)
    try IPCommand.run((0..<pairs).map { "link set mrots\($0) up" }, in: namespace)
    // With a long name more news of it does not fit into 2 KiB, and takes twice the room.
    let padding = String(repeating: "-", count: 110)
    try IPCommand.run(
      links(pairs: pairs).map { "link property add dev \($0) altname \($0)\(padding)" }, in: namespace)
  }

  static func remove(from namespace: String) throws(LabError) {
    try IPCommand.run(["link del group \(group)"], in: namespace, force: true)
  }
}
