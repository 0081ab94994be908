import GatewayLab

/// Another program in a gateway's namespace that makes thousands of links and sets them up and down all the time: more
/// news than a netlink socket holds while its reader is away.
enum LinkStorm {
  /// All storms' links are of this group, so that one request deletes them.
  private static let group = 7777

  static func begin(pairs: Int, in namespace: String, folder: String) throws -> ChildProcess {
    try IPCommand.run(
      (0..<pairs).map { "link add storm\($0) group \(group) type veth peer name mrots\($0)" }, in: namespace)
    let toggles =
      (0..<pairs).flatMap { ["link set storm\($0) up", "link set mrots\($0) up"] }
      + (0..<pairs).map { "link set storm\($0) down" }
    let script =
      "PATH=$PATH:/usr/sbin:/sbin; while :; do ip -force -batch - <<'END'\n"
      + toggles.joined(separator: "\n") + "\nEND\ndone"
    return try ChildProcess("/usr/bin/timeout", ["60", "/bin/sh", "-c", script], namespace: namespace)
  }

  static func remove(from namespace: String) throws(LabError) {
    try IPCommand.run(["link del group \(group)"], in: namespace, force: true)
  }
}
