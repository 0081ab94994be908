import LinuxNetworking
public import WMGFramework

/// The effector `frr`: tells FRR by vtysh which VNIs this gateway holds, in commands of one's own, and looks whether
/// FRR advertises them.
public struct FRRHookPlugin: EffectorPlugin {
  let interface = InterfaceNamePattern.option
  let profile = PluginOption(
    "profile", default: "none", limits: Profiles.names.joined(separator: ", "),
    help: "which built-in commands are run; 'plugins --describe frr' shows them"
  ) { name in
    guard Profiles.text(of: name) == nil else { return nil }
    let hint = nearestName(to: name, among: Profiles.names).map { " (did you mean '\($0)'?)" } ?? ""
    return "must be one of \(Profiles.names.joined(separator: ", "))\(hint)"
  }
  let templates = PluginOption(
    "templates", default: "", help: "a file with commands of one's own, in place of a profile")
  let daemons = PluginOption(
    "daemons", default: "",
    help:
      "FRR's daemons that the commands are for, with commas between them; empty: as the commands' words say")
  let vtysh = PluginOption("vtysh", default: "/usr/bin/vtysh", help: "the program")
  let vtySocket = PluginOption(
    "vty-socket", default: "/run/frr", limits: "at most \(DaemonSockets.longestFolder) bytes",
    help: "the folder of FRR's sockets, as vtysh's --vty_socket"
  ) { folder in
    folder.utf8.count <= DaemonSockets.longestFolder
      ? nil
      : "must be at most \(DaemonSockets.longestFolder) bytes: the kernel takes no longer paths of sockets"
  }
  let timeout = PluginOption(
    "timeout", default: Duration.seconds(10), in: .milliseconds(100)...(.seconds(600)), live: true,
    help: "when a call of vtysh is killed; 5 ms more for each command")
  let confirm = PluginOption(
    "confirm", default: true, live: true,
    help:
      "whether a takeover counts once zebra has the virtual MAC as local; off: FRR is not looked at, nor waited for at a release"
  )
  let withdrawalWait = PluginOption(
    "withdrawal-wait", default: Duration.milliseconds(500), in: .zero...(.seconds(10)), live: true,
    help: "how long a release waits to see FRR's withdrawal; 0 is not at all")
  let propagation = PluginOption(
    "propagation", default: Duration.milliseconds(200), in: .zero...(.seconds(10)), live: true,
    help: "how long the fabric is given to hear of a withdrawal before the interface goes down")
  let stopRouteMap = PluginOption(
    "stop-route-map", default: "", limits: "letters, digits, '-', '_', '.'",
    help:
      "the neighbours' outbound route-map in which an orderly stop denies all MACs, in place of all releases"
  ) { name in
    name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
      ? nil : "must be the name of a route-map: letters, digits, '-', '_' and '.'"
  }
  let readBack = PluginOption(
    "read-back", default: Duration.seconds(60), limits: "0 or 1s to 60m", live: true,
    help: "time between looks whether FRR still has what it had; 0 is never"
  ) { $0 == .zero || (.seconds(1)...(.seconds(3600))).contains($0) ? nil : "must be 0 or 1s to 60m" }
  let moves = PluginOption(
    "moves", default: 4, in: 1...1000, unit: "takeovers", live: true,
    help: "how often a VNI may come here within frr.move-window before a warning")
  let moveWindow = PluginOption(
    "move-window", default: Duration.seconds(180), in: .seconds(1)...(.seconds(3600)), live: true,
    help: "the time that frr.moves is about")

  /// A plugin with its options at their defaults.
  public init() {}

  /// `frr`
  public var name: String { "frr" }
  /// One line: what it does.
  public var summary: String {
    "tells FRR by vtysh which VNIs are held, and looks whether it advertises them"
  }
  /// Whose members may use vtysh's sockets (`frrvty`), and look into the folder where they are.
  public var groups: [String] { ["frrvty", "frr"] }
  /// What can be set.
  public var options: [any AnyPluginOption] {
    [
      interface, profile, templates, daemons, vtysh, vtySocket, timeout, confirm, withdrawalWait, propagation,
      stopRouteMap, readBack, moves, moveWindow,
    ]
  }

  /// The profiles' texts.
  public var details: String {
    Profiles.all.map { profile in
      let lines = profile.text.split(separator: "\n", omittingEmptySubsequences: false)
      let text = lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
      return "Profile '\(profile.name)': \(profile.summary)\n\n\(text)"
    }.joined(separator: "\n")
  }

  /// Last: FRR hears of a takeover when the interface is up and announced, and of a release before it goes down.
  public var chainPlace: ChainPlace? { .confirmation }

  /// Looks at the template, at vtysh, and at privileges.
  ///
  /// - Throws: `PluginError`.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    try validate(
      options[interface], for: configuration.vnis, needing: .networkAdministration, "to flap standbys")
    _ = try template(options)
    try refuseVNIsBeyondProfile(options, configuration.vnis, from: "--vnis")
    if let failure = VtyshProgram.obstacle(options[vtysh]) {
      throw PluginError.unusable(plugin: name, reason: "--effector frr: \(failure.reason)", exitCode: 69)
    }
  }

  /// Long enough for FRR to be told of the new owner's VNIs, and for the fabric to hear: 200 ms, and 0.5 ms more per VNI,
  /// at most 2 s.
  public func handoverOverlap(_ options: PluginOptionValues, for vnis: VNISet) -> Duration? {
    min(.seconds(2), .milliseconds(200) + .microseconds(500) * vnis.count)
  }

  /// Makes the effector, on the thread it will run on.
  public func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    FRREffector(try settings(options), context)
  }

  /// Whether vtysh and the daemons that the commands are for can be reached.
  public func inspect(_ options: PluginOptionValues, for vnis: VNISet) throws -> [Finding] {
    let settings = try settings(options)
    if let failure = VtyshProgram.obstacle(options[vtysh]) {
      return [Finding(.error, subject: "vtysh", message: failure.reason)]
    }
    let daemons = Set(settings.daemons.names).union(settings.confirms ? ["zebra"] : []).sorted()
    let unknown = settings.daemons.unknownLine.map { line in
      Finding(
        .warning, subject: "frr.daemons", message: "it is not known which of FRR's daemons '\(line)' is for",
        fix: FRRDaemons.howToName)
    }
    return (unknown.map { [$0] } ?? [])
      + daemons.map { daemon in
        settings.vtysh.sockets.obstacle([daemon]).map {
          Finding(.error, subject: daemon, message: $0.reason)
        }
          ?? Finding(.ok, subject: daemon, message: "takes commands")
      }
  }

  /// What the options come to.
  ///
  /// - Throws: `PluginError`.
  func settings(_ options: PluginOptionValues) throws -> FRREffector.Settings {
    let template = try template(options)
    let named = options[daemons].split(separator: ",").map { String($0.filter { $0 != " " }) }
    return FRREffector.Settings(
      template: template,
      daemons: named.isEmpty ? FRRDaemons(neededBy: template) : FRRDaemons(exactly: named),
      vtysh: Vtysh(
        path: options[vtysh], sockets: DaemonSockets(folder: options[vtySocket]), timeout: options[timeout]),
      pattern: options[interface], confirms: options[confirm], withdrawalWait: options[withdrawalWait],
      propagation: options[propagation],
      readBack: options[readBack],
      budget: MoveBudget(takeovers: options[moves], within: options[moveWindow]))
  }

  /// The entries of a route-map are numbered up to 65535, and those that are not about a VNI need numbers too.
  ///
  /// - Throws: `PluginError`, exit code 64.
  func refuseVNIsBeyondProfile(
    _ options: PluginOptionValues, _ vnis: some Sequence<VNI>, from option: String
  ) throws(PluginError) {
    guard options[templates].isEmpty, options[profile] == Profiles.routeMap,
      let beyond = vnis.first(where: { $0.rawValue > Profiles.lastRouteMapVNI })
    else { return }
    throw .unusable(
      plugin: name,
      reason:
        "--set frr.profile=\(Profiles.routeMap) takes VNIs up to \(Profiles.lastRouteMapVNI); \(option) has"
        + " \(beyond)",
      exitCode: 64)
  }

  private func template(_ options: PluginOptionValues) throws -> Template {
    let path = options[templates]
    let place = path.isEmpty ? "frr.profile=\(options[profile])" : "frr.templates=\(path)"
    let text: String
    if path.isEmpty {
      text = Profiles.text(of: options[profile]) ?? ""
    } else {
      guard options[profile] == profile.defaultValue else {
        throw PluginError.unusable(
          plugin: name, reason: "--set frr.profile and frr.templates exclude each other; leave one out",
          exitCode: 64)
      }
      text = try TemplateFile.read(path, for: self)
    }
    do {
      var template = try Template(parsing: text)
      let routeMap = options[stopRouteMap]
      guard !routeMap.isEmpty else { return template }
      guard template[.stop].isEmpty else {
        throw PluginError.unusable(
          plugin: self.name,
          reason: "--set frr.stop-route-map: \(place) has a [stop] of its own; leave one out",
          exitCode: 64)
      }
      template.append(try Template(parsing: Profiles.stop(byRouteMap: routeMap)))
      return template
    } catch let error as PluginError {
      throw error
    } catch {
      throw PluginError.unusable(plugin: name, reason: "--set \(place), \(error)", exitCode: 78)
    }
  }
}
