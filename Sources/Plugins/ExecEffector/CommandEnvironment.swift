import LinuxNetworking

/// The environment of commands, before an event is added.
enum CommandEnvironment {
  /// Ours, with a PATH if we have none: a script looks for its programs.
  static var inherited: [String] {
    var variables = ProcessEnvironment.inherited.filter { !$0.hasPrefix("WMG_") }
    if !variables.contains(where: { $0.hasPrefix("PATH=") }) {
      variables.append("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    }
    return variables
  }
}
