import ArgumentParser
public import WMGFramework

extension ForeignPlugin: CommandPlugin {
  /// One line: what there is.
  public var commandSummary: String { "tries a function for the strategy 'foreign'" }

  /// Runs `wmgwd2 foreign …`.
  ///
  /// - Throws: `PluginError`.
  public func runCommand(_ arguments: [String]) throws -> Int32 {
    // 'call' is not for people.
    if arguments.first != "call" { try expectSubcommand(in: arguments, among: ["probe"]) }
    do {
      switch try ForeignCommand.parseAsRoot(arguments) {
      case let command as CallCommand:
        ProbedCalls.run(try command.function.description(of: self))
      case let command as ProbeCommand:
        print(try command.report(by: self))
      case var help:
        try help.run()
      }
      return 0
    } catch let error as PluginError {
      throw error
    } catch {
      guard ForeignCommand.exitCode(for: error) != .success else {
        print(ForeignCommand.fullMessage(for: error))
        return 0
      }
      let text = ForeignCommand.message(for: error).split(separator: "\n").joined(separator: " ")
      throw PluginError.unusable(plugin: name, reason: text, exitCode: 64)
    }
  }
}

/// `wmgwd2 foreign`
struct ForeignCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) foreign", abstract: "Work with the strategy 'foreign'.",
      subcommands: [ProbeCommand.self, CallCommand.self])
  }
}

/// Which function, on the command line.
struct FunctionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The shared library, as foreign.library.", valueName: "library"))
  var library: String
  @Option(help: ArgumentHelp("The function's name, as foreign.symbol.", valueName: "name"))
  var symbol: String
  @Option(help: ArgumentHelp("What it takes and returns, as foreign.signature.", valueName: "signature"))
  var signature: String

  /// - Throws: `PluginError`, exit code 64.
  func description(of plugin: ForeignPlugin) throws(PluginError) -> ForeignDescription {
    do throws(SignatureComplaint) {
      return ForeignDescription(
        library: library, symbol: symbol, signature: try ForeignSignature(parsing: signature))
    } catch {
      throw .unusable(
        plugin: plugin.name, reason: "--signature \(error), not '\(signature)'", exitCode: 64)
    }
  }
}

/// `wmgwd2 foreign probe`: what a daemon does with a function before it uses it, and the scores.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Try a function in a process of its own, as at a daemon's start, and print its scores.",
    discussion: """
      Of each pair it prints the result, which is what the function returns or writes, and the score that it counts as: \
      an unsigned number in the same order. Exits with 78 if the function cannot be used. Gateways that show the same \
      results agree.
      """)

  @OptionGroup var function: FunctionOptions

  /// The text that is printed.
  ///
  /// - Throws: `PluginError`.
  func report(by plugin: ForeignPlugin) throws(PluginError) -> String {
    let description = try function.description(of: plugin)
    let findings: ProbeFindings
    do throws(ForeignFailure) {
      findings = try plugin.prober.probe(description)
    } catch {
      throw description.error(error, in: .command)
    }
    let isDirect = DirectCall.isPossible && description.signature.fitsDirectCall
    var lines = [
      "library    \(findings.libraryPath)",
      "function   \(description.symbol), \(description.signature)",
      "called     \(isDirect ? "directly" : "by libffi")",
      "tried      \(ProbeKeys.pairs.count) pairs, twice in each of two processes: the same scores",
      "results    \(findings.fingerprint)",
      "",
      "VNI        uid                   result                  score",
    ]
    let reading = ScoreReading(description.signature)
    for (pair, score) in zip(ProbeKeys.pairs, findings.scores) {
      let result = reading.result(of: score)
      lines.append(
        "\(padded(pair.vni, to: 11))\(padded(pair.gateway, to: 22))\(padded(result, to: 24))\(score)")
    }
    return lines.joined(separator: "\n")
  }

  private func padded(_ value: some CustomStringConvertible, to width: Int) -> String {
    let text = value.description
    return text + String(repeating: " ", count: max(1, width - text.count))
  }
}

/// `wmgwd2 foreign call`: the process in which a function is tried; not for people.
struct CallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call", abstract: "Call a function and print a line per score.", shouldDisplay: false)

  @OptionGroup var function: FunctionOptions
}
