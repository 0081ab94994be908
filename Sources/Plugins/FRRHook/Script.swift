import WMGFramework

/// Commands for one batch, each with where it comes from, so that what FRR says of a line can be told of a VNI.
struct Script: Hashable {
  /// One command.
  struct Command: Hashable {
    /// As it is given to vtysh.
    var text: String
    /// The section it was written in.
    var section: Template.Section
    /// The VNI it is about; `nil` where it is about the gateway.
    var vni: VNI?
  }

  /// In configuration mode, in this order.
  private(set) var configuration: [Command] = []
  /// After the configuration (`do …`), in this order.
  private(set) var execution: [Command] = []
  /// The VNIs whose commands could not be written.
  private(set) var unwritten: [VNI: String] = [:]

  private let template: Template
  private let uid: GatewayID

  /// Nothing to run yet.
  init(_ template: Template, uid: GatewayID) {
    self.template = template
    self.uid = uid
  }

  var isEmpty: Bool { configuration.isEmpty && execution.isEmpty }

  /// Adds a section that is about the gateway.
  mutating func add(_ section: Template.Section) {
    for line in template[section] {
      let text = line.map {
        switch $0 {
        case .text(let text): text
        case .placeholder: "\(uid)"
        }
      }
      append(Command(text: text.joined(), section: section, vni: nil))
    }
  }

  /// Adds takeovers or releases: what goes before the batch, a section for each VNI, and what comes after, as far as
  /// any VNI's commands can be written.
  mutating func add(_ section: Template.Section, for vnis: [VNIValues]) {
    var written: [Command] = []
    for values in vnis {
      switch write(section, values) {
      case .success(let commands): written += commands
      case .failure(let unfilled): unwritten[values.vni] = unfilled.reason
      }
    }
    guard unwritten.count < vnis.count else { return }
    add(section.head)
    for command in written { append(command) }
    add(section.tail)
  }

  private func write(
    _ section: Template.Section, _ values: VNIValues
  ) -> Result<[Command], UnfilledPlaceholder> {
    var commands: [Command] = []
    for line in template[section] {
      var text = ""
      for piece in line {
        switch piece {
        case .text(let part): text += part
        case .placeholder(let placeholder):
          switch values.text(of: placeholder, uid: uid) {
          case .success(let part): text += part
          case .failure(let unfilled): return .failure(unfilled)
          }
        }
      }
      commands.append(Command(text: text, section: section, vni: values.vni))
    }
    return .success(commands)
  }

  private mutating func append(_ command: Command) {
    let trimmed = command.text.drop { $0 == " " || $0 == "\t" }
    if trimmed.hasPrefix("do ") {
      var command = command
      command.text = String(trimmed.dropFirst(3).drop { $0 == " " })
      execution.append(command)
    } else {
      configuration.append(command)
    }
  }
}
