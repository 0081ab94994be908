import GatewayLab

/// Another program in a gateway's namespace that makes thousands of links and sets them up and down all the time: more
/// news than a netlink socket holds while its reader is away.
enum LinkStorm {
  /// All storms' links are of this group, so that one request deletes them.
  private static let group = 7777

  static func begin(pairs: Int, in namespace: String) throws -> ChildProcess {
    try IPCommand.run(
      (0..<pairs).map { "link add storm\($0) group \(group) type veth peer name mrots\($0)" }, in: namespace)
    try IPCommand.run((0..<pairs).map { "link set mrots\($0) up" }, in: namespace)
    // All in one request, which makes news of thousands of links in a moment, and some one by one.
    let toggles =
      ["link set group \(group) up", "link set group \(group) down"]
      + (0..<min(pairs, 100)).flatMap { ["link set mrots\($0) down", "link set mrots\($0) up"] }
    let script =
      "PATH=$PATH:/usr/sbin:/sbin; while :; do ip -force -batch - <<'END'\n"
      + toggles.joined(separator: "\n") + "\nEND\ndone"
    return try ChildProcess("/usr/bin/timeout", ["60", "/bin/sh", "-c", script], namespace: namespace)
  }

  static func remove(from namespace: String) throws(LabError) {
    try IPCommand.run(["link del group \(group)"], in: namespace, force: true)
  }
}
