import ArgumentParser
import FoundationEssentials
import WMGFramework
import WMGRuntime

/// `wmgwd2 check`: is this host fit for these VNIs? Changes nothing.
struct Check: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current.name
    return CommandConfiguration(
      commandName: "\(program) check",
      abstract: "Say for every VNI whether its interface is fit, and for the host whether its settings are.",
      discussion: """
        Prints the fingerprint of the strategy too: the same on all gateways that agree on owners. With --against, \
        says in what another gateway's differs; that one has it in its log and prints it at '\(program) check'.

        Exits with 0 when everything works (warnings included), with 78 when something does not or fingerprints differ.
        """)
  }

  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Gateway") var gateway: GatewayOptions
  @OptionGroup(title: "Plugins") var plugins: PluginChoice
  @OptionGroup(title: "Guard") var guarding: GuardOptions
  @OptionGroup(title: "Privileges") var privileges: PrivilegeOptions
  @Flag(help: "Print JSON.") var json = false
  @Option(
    help: ArgumentHelp(
      "Another gateway's fingerprint, to compare with.",
      valueName: "fingerprint"))
  var against: String?

  func run(with settings: EffectiveSettings) throws -> Int32 {
    let other = try otherFingerprint()
    let configuration = try gateway.configuration()
    let plugins = try plugins.resolve(in: settings.registry, keeping: settings.pluginSettings)
    let obstacles = plugins.obstacles(for: configuration)
    // What cannot start agrees with nobody, whatever it is set to.
    let fingerprint =
      obstacles.contains { $0.place == .strategy } ? nil : plugins.fingerprint(for: configuration.vnis)
    var findings = fingerprint.map { [Self.comparison(of: $0, with: other)] } ?? []
    if let disorder = plugins.disorder {
      findings.append(
        Finding(
          .warning, subject: "--effector", message: "\(disorder)",
          fix: "--effector \(disorder.order.joined(separator: ","))"))
    }
    findings += try privileges.finding(plugins.effectors.map(\.plugin))
    var blamed: [PluginObstacle.Place] = []
    for (place, (plugin, options)) in plugins.effectors.enumerated() {
      let found = try plugin.inspect(options, for: configuration.vnis)
      if found.contains(where: { $0.severity == .error && $0.vni == nil }) { blamed.append(.effector(place)) }
      findings += found.map { finding in
        guard finding.severity == .error, finding.vni == nil else { return finding }
        var finding = finding
        finding.message = settings.restated(UsageError(finding.message)).description
        return finding
      }
    }
    // An effector that has looked at the host itself has said what hinders it, and better.
    for obstacle in obstacles where !blamed.contains(obstacle.place) {
      findings.append(
        Finding(.error, subject: obstacle.plugin, message: settings.restated(obstacle.error).description))
    }
    if let finding = Self.guardFinding(
      try guarding.choice(for: configuration), plugins.guardedInterfaces(for: configuration.vnis))
    {
      findings.append(finding)
    }
    let report = CheckReport(findings, vnis: configuration.vnis, fingerprint: fingerprint, against: other)
    if json { try printJSON(report) } else { report.printText() }
    return report.errors == 0 ? 0 : UsageError.configuration
  }

  /// `nil` where there is nothing to guard.
  static func guardFinding(_ choice: GuardChoice, _ interfaces: GuardedInterfaces) -> Finding? {
    guard !interfaces.isEmpty else { return nil }
    if let path = choice.path { return Finding(.ok, subject: "guard", message: "is \(path)") }
    guard choice.program != .off else {
      return Finding(
        .warning, subject: "guard", message: "is off: a crash leaves VNIs active beside their new owners",
        fix: "leave out --guard off")
    }
    return Finding(
      .warning, subject: "guard",
      message: "is missing: a crash leaves VNIs active beside their new owners",
      fix:
        "install \(GuardChoice.programName) as \(GuardChoice.places.first ?? GuardChoice.programName), or name it with --guard"
    )
  }

  private func otherFingerprint() throws(UsageError) -> StrategyFingerprint? {
    guard let against else { return nil }
    guard let other = StrategyFingerprint(against) else {
      throw UsageError(
        "--against '\(against)' is no fingerprint; take one such as rendezvous:811c9dc5:7d3a8f3e from another gateway's "
          + "log or '\(GatewayProgram.current.name) check'")
    }
    return other
  }

  static func comparison(of fingerprint: StrategyFingerprint, with other: StrategyFingerprint?) -> Finding {
    let differences = other.map { fingerprint.differences(from: $0) } ?? []
    guard let other, !differences.isEmpty else {
      let message = other == nil ? "is \(fingerprint)" : "is \(fingerprint), the other gateway's too"
      return Finding(.ok, subject: "fingerprint", message: message)
    }
    let message = differences.map { $0 == "parameters" ? "other parameters" : "another \($0)" }
    let options = differences.map { difference in
      switch difference {
      case "strategy": "--strategy"
      case "parameters": "--set \(fingerprint.strategy).…"
      default: "--vnis"
      }
    }
    return Finding(
      .error, subject: "fingerprint",
      message: "is \(fingerprint), not \(other): \(message.joined(separator: ", "))",
      fix: "give every gateway the same \(options.joined(separator: " and "))")
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
  var fingerprint: String?
  var against: String?
  var differences: [String]?
  var errors: Int
  var warnings: Int
  var findings: [Line]
  private var groups: [FindingGroup]
  private enum CodingKeys: String, CodingKey {
    case vnis, fingerprint, against, differences, errors, warnings, findings
  }

  init(_ findings: [Finding], vnis: VNISet, fingerprint: StrategyFingerprint?, against: StrategyFingerprint?)
  {
    self.vnis = vnis.count
    self.fingerprint = fingerprint?.description
    self.against = against?.description
    if let fingerprint, let against { differences = fingerprint.differences(from: against) }
    errors = findings.count { $0.severity == .error }
    warnings = findings.count { $0.severity == .warning }
    groups = FindingGroup.grouping(findings.filter { $0.severity != .ok })
    self.findings = findings.map {
      Line(
        severity: $0.severity.rawValue, vni: $0.vni?.rawValue, subject: $0.subject, message: $0.message,
        fix: $0.fix)
    }
  }

  /// One line per thing that is not well, for all VNIs of which it is so; those that are well are told together.
  func printText() {
    for group in groups {
      let line = group.finding
      let place =
        group.vnis.count > 1 ? "VNIs \(group.vnis): " : line.vni.map { "VNI \($0) " } ?? ""
      // A message that says itself what it is about does not need to be told so.
      let subject = line.message.hasPrefix("\(line.subject) ") ? "" : "\(line.subject): "
      print("\(line.severity.rawValue.padding(to: 9))\(place)\(subject)\(line.message)")
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
