/// Bad input: one line that names the option and the fix.
struct UsageError: Error, Equatable, CustomStringConvertible {
  /// One line.
  let description: String
  /// One of sysexits.
  let exitCode: Int32

  init(_ description: String, exitCode: Int32 = UsageError.usage) {
    self.description = description
    self.exitCode = exitCode
  }

  /// EX_USAGE: the command was used wrongly.
  static let usage: Int32 = 64
  /// EX_NOINPUT: a file that is named is not there, or cannot be read.
  static let noInput: Int32 = 66
  /// EX_UNAVAILABLE: something that is needed is not there.
  static let unavailable: Int32 = 69
  /// EX_OSERR: the system refused something.
  static let osError: Int32 = 71
  /// EX_CANTCREAT: a file cannot be written.
  static let cannotCreate: Int32 = 73
  /// EX_TEMPFAIL: not now.
  static let temporary: Int32 = 75
  /// EX_NOPERM: a privilege is missing.
  static let noPermission: Int32 = 77
  /// EX_CONFIG: something about this host is set wrongly.
  static let configuration: Int32 = 78
}
