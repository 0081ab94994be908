import ArgumentParser
import FoundationEssentials
import WMGFramework
import WMGRuntime

/// `wmgwd2 check`: is this host fit for these VNIs? Changes nothing.
struct Check: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) check",
      abstract: "Say for every VNI whether its interface is fit, and for the host whether its settings are.",
      discussion: "Exits with 0 when everything works (warnings included), with 78 when something does not.")
  }

  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Gateway") var gateway: GatewayOptions
  @OptionGroup(title: "Plugins") var plugins: PluginChoice
  @Flag(help: "Print JSON.") var json = false

  func run(with settings: EffectiveSettings) throws -> Int32 {
    let configuration = try gateway.configuration()
    let plugins = try plugins.resolve(in: settings.registry, keeping: settings.pluginSettings)
    var findings: [Finding] = []
    for (plugin, options) in plugins.effectors {
      findings += try plugin.inspect(options, for: configuration.vnis)
    }
    let report = CheckReport(findings, vnis: configuration.vnis)
    if json { try printJSON(report) } else { report.printText() }
    return report.errors == 0 ? 0 : UsageError.configuration
  }
}

/// What `wmgwd2 check` prints.
private struct CheckReport: Encodable {
  struct Line: Encodable {
    var severity: String
    var vni: UInt32?
    var subject: String
    var message: String
    var fix: String?
  }

  var vnis: Int
  var errors: Int
  var warnings: Int
  var findings: [Line]

  init(_ findings: [Finding], vnis: VNISet) {
    self.vnis = vnis.count
    errors = findings.count { $0.severity == .error }
    warnings = findings.count { $0.severity == .warning }
    self.findings = findings.map {
      Line(
        severity: $0.severity.rawValue, vni: $0.vni?.rawValue, subject: $0.subject, message: $0.message,
        fix: $0.fix)
    }
  }

  /// One line per VNI that is well, one per thing that is not; the VNIs that are well are told together.
  func printText() {
    for line in findings where line.severity != Finding.Severity.ok.rawValue {
      let place = line.vni.map { "VNI \($0) " } ?? ""
      // A message that says itself what it is about does not need to be told so.
      let subject = line.message.hasPrefix("\(line.subject) ") ? "" : "\(line.subject): "
      print("\(line.severity.padding(to: 9))\(place)\(subject)\(line.message)")
      if let fix = line.fix { print("         fix: \(fix)") }
    }
    let unwell = Set(findings.filter { $0.severity != Finding.Severity.ok.rawValue }.compactMap(\.vni))
    let well = VNISet(
      findings.compactMap { line in line.vni.flatMap { unwell.contains($0) ? nil : VNI(rawValue: $0) } })
    if !well.isEmpty { print("ok       VNIs \(well)") }
    for line in findings where line.severity == Finding.Severity.ok.rawValue && line.vni == nil {
      print("ok       \(line.subject): \(line.message)")
    }
    print("\(count(vnis, "VNI")) checked: \(count(errors, "error")), \(count(warnings, "warning"))")
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
