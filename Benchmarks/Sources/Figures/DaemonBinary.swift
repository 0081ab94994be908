import Foundation
public import GatewayLab

/// Where the daemon is that is measured.
public enum DaemonBinary {
  /// The path in `WMGWD2`, or the release build of the package that this one belongs to.
  ///
  /// - Throws: `LabError`, with the command that builds it.
  public static func path() throws(LabError) -> String {
    if let named = ProcessInfo.processInfo.environment["WMGWD2"] { return named }
    let package = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardizedFileURL
    let built = package.appendingPathComponent(".build/release/wmgwd2").path
    guard FileManager.default.isExecutableFile(atPath: built) else {
      throw LabError(
        "there is no \(built); run: swift build -c release --static-swift-stdlib --product wmgwd2 "
          + "-Xlinker --gc-sections -Xlinker -s")
    }
    return built
  }
}
