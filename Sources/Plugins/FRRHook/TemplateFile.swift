import Glibc
import LinuxNetworking
import WMGFramework

/// Files that the options name.
enum TemplateFile {
  // As much as is read of one.
  private static let longest = 16384

  /// A template's text.
  ///
  /// - Throws: `PluginError`, exit code 66, when there is no such file or it is too long.
  static func read(_ path: String, for plugin: some Plugin) throws(PluginError) -> String {
    guard let text = SystemFile.read(path) else {
      throw .unusable(
        plugin: plugin.name,
        reason:
          "--set \(plugin.name).templates=\(path): the file cannot be read: \(SystemCallError.text(of: errno))",
        exitCode: 66)
    }
    guard text.utf8.count < longest else {
      throw .unusable(
        plugin: plugin.name,
        reason:
          "--set \(plugin.name).templates=\(path): the file is too long; a template is less than 16 KiB",
        exitCode: 66)
    }
    return text
  }
}
