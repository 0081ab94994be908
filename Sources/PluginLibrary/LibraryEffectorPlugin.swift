import CWMGPlugin
import WMGFramework

/// An effector that a library offers.
struct LibraryEffectorPlugin: EffectorPlugin {
  private let facts: LibraryPluginFacts
  private let table: wmgwd2_effector

  /// - Throws: `InvalidPlugin`, when a function is missing that there must be.
  init(_ facts: LibraryPluginFacts, _ table: wmgwd2_effector) throws(InvalidPlugin) {
    let needed: [(String, Bool)] = [
      ("prepare", table.prepare != nil), ("take_over", table.take_over != nil),
      ("release", table.release != nil), ("stop", table.stop != nil),
    ]
    if let missing = needed.first(where: { !$0.1 }) {
      throw InvalidPlugin("effector '\(facts.name)' has no function \(missing.0)")
    }
    self.facts = facts
    self.table = table
  }

  var name: String { facts.name }
  var summary: String { facts.summary }
  var details: String { facts.details }
  var options: [any AnyPluginOption] { facts.options.map(\.option) }
  var origin: PluginOrigin { facts.origin }
  var announcesTakeovers: Bool { table.flags & UInt32(WMGWD2_ANNOUNCES_TAKEOVERS) != 0 }

  func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    guard let validate = table.validate else { return }
    let arguments = LibraryArguments(configuration, facts.options, options)
    try callLibrary(name, .effector) { validate(arguments.gateway, arguments.values, $0, $1) }
  }

  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    try LibraryEffector(
      name, table, LibraryArguments(context.configuration, facts.options, options), context: context)
  }

  func inspect(_ options: PluginOptionValues, for vnis: VNISet) throws -> [Finding] {
    guard let inspect = table.inspect else { return [] }
    // Which gateway it is does not matter to a host's fitness.
    guard let nobody = GatewayID(rawValue: .max) else { return [] }
    let arguments = LibraryArguments(
      GatewayConfiguration(uid: nobody, vnis: vnis), facts.options, options)
    var findings: [Finding] = []
    withUnsafeMutablePointer(to: &findings) { findings in
      inspect(
        arguments.gateway, arguments.values,
        { to, severity, vni, subject, message, fix in
          to?.assumingMemoryBound(to: [Finding].self).pointee.append(
            Finding(
              severity == WMGWD2_FINDING_OK ? .ok : severity == WMGWD2_FINDING_WARNING ? .warning : .error,
              vni: VNI(rawValue: vni), subject: foreignLine(subject) ?? "",
              message: foreignLine(message) ?? "",
              fix: foreignLine(fix)))
        }, findings)
    }
    return findings
  }
}
