import Glibc
public import WMGFramework

/// Which guard a gateway has, and how long it waits.
public struct GuardChoice: Hashable, Sendable {
  /// The guard's program.
  public enum Program: Hashable, Sendable {
    /// No guard.
    case off
    /// `wmgwd2-guard` beside this program, or in `../libexec/wmgwd2` of its folder.
    case beside
    /// The program with this path.
    case path(String)
  }

  /// The guard's program.
  public var program: Program
  /// How long it waits after it has seen the end of the gateway's process; never longer than without this. `nil`: as
  /// long as after the last advertisement. A gateway that hangs is not seen to end.
  public var delay: Duration?

  /// A choice.
  public init(_ program: Program, delay: Duration? = nil) {
    self.program = program
    self.delay = delay
  }

  /// No guard.
  public static let off = GuardChoice(.off)

  /// What the guard's program is called.
  public static let programName = "wmgwd2-guard"

  /// Where its program is; `nil` if it is nowhere, or none is wanted.
  public var path: String? {
    switch program {
    case .off: nil
    case .path(let path): Self.isProgram(path) ? path : nil
    case .beside: Self.places.first(where: Self.isProgram)
    }
  }

  /// Whether a file is there that this process may run; a folder is none.
  public static func isProgram(_ path: String) -> Bool {
    var file = stat()
    return stat(path, &file) == 0 && file.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// Where a guard is looked for that is not named.
  public static var places: [String] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    guard length > 0 else { return [] }
    let own = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let slash = own.lastIndex(of: "/") else { return [] }
    let folder = own[..<slash]
    return ["\(folder)/\(programName)", "\(folder)/../libexec/wmgwd2/\(programName)"]
  }

  /// How long beyond the detection time a guard waits: until the peers have judged, and have taken over.
  public static func margin(for configuration: GatewayConfiguration) -> Duration {
    configuration.expiryGrace + .milliseconds(80)
  }
}
