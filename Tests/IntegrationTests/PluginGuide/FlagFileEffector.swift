import Glibc
import Logging
import WMGFramework

/// The effector of docs/PLUGINS.md.
final class FlagFileEffector: Effector {
  private let folder: String
  private let context: EffectorContext

  init(folder: String, _ context: EffectorContext) {
    self.folder = folder
    self.context = context
  }

  func prepare(_ vnis: VNISet) throws {
    guard access(folder, W_OK) == 0 else {
      throw PluginError.unusable(
        plugin: "flag-file", reason: "--set flag-file.folder=\(folder): no folder that can be written to",
        exitCode: 73)
    }
    release(Array(vnis))
  }

  func takeOver(_ vnis: [VNI]) {
    context.report(
      vnis.map { vni in
        let file = open("\(folder)/\(vni)", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644)
        guard file >= 0 else {
          return (vni, .failed(reason: "\(folder)/\(vni) cannot be made: errno \(errno)"))
        }
        close(file)
        return (vni, .active)
      })
    context.counters.add(vnis.count, to: "flags-raised")
  }

  func release(_ vnis: [VNI]) {
    context.report(
      vnis.map { vni in
        let isGone = unlink("\(folder)/\(vni)") == 0 || errno == ENOENT
        return (
          vni, isGone ? .standby : .failed(reason: "\(folder)/\(vni) cannot be removed: errno \(errno)")
        )
      })
  }

  func stop() {}
}

struct FlagFilePlugin: EffectorPlugin {
  let folder = PluginOption(
    "folder", default: "/run/wmgwd2/owned", help: "where a file per owned VNI is kept")

  var name: String { "flag-file" }
  var summary: String { "keeps an empty file per owned VNI, for scripts to look at" }
  var options: [any AnyPluginOption] { [folder] }

  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) -> any Effector {
    FlagFileEffector(folder: options[folder], context)
  }
}
