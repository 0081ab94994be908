import Synchronization
public import WMGFramework

/// `--strategy foreign`: highest random weight by any function of any shared library, without code.
public struct ForeignPlugin: StrategyPlugin {
  static let pluginName = "foreign"

  let library = PluginOption(
    "library", default: "", help: "the shared library: its soname, libxxhash.so.0, or its path")
  let symbol = PluginOption("symbol", default: "", help: "the function's name in the library: XXH64")
  let signature = PluginOption(
    "signature", default: "", limits: "RESULT(ARGUMENT,...)",
    help: "what the function takes and returns: 'u64(bytes,size,u64=0)'; '--describe foreign' says all"
  ) { text in
    do throws(SignatureComplaint) {
      _ = try ForeignSignature(parsing: text)
      return nil
    } catch {
      return error.description
    }
  }

  let prober: ChildProber
  private let fingerprints = KnownFingerprints()

  /// A description; nothing is loaded yet.
  public init() {
    prober = ChildProber()
  }

  /// The same, for a program that is no daemon itself: `program` is the path of one that has this plugin, in which a
  /// function is tried before it is used.
  public init(probingBy program: String) {
    prober = ChildProber(program: program)
  }

  init(prober: ChildProber) {
    self.prober = prober
  }

  /// `foreign`
  public var name: String { Self.pluginName }
  /// One line: what it does.
  public var summary: String { "highest random weight by a function of any shared library, without code" }
  /// What can be set; all of it must be.
  public var options: [any AnyPluginOption] { [library, symbol, signature] }

  /// The grammar of signatures.
  public var details: String {
    """
    A signature is RESULT(ARGUMENT,...).

    RESULT: a number, u8 u16 u32 u64 i8 i16 i32 i64 f32 f64, which is the score; or, if an argument is out, void or ptr.
    ARGUMENT, up to 16 of them:
      vni, vni:TYPE     the VNI, as u32 unless said (u32 i32 u64 i64 f32 f64)
      uid, uid:TYPE     the gateway's uid, as u64 unless said (u64 i64 f64)
      bytes             a pointer to the key: VNI (4 bytes), then uid (8 bytes), big-endian
      size, size:TYPE   12, the key's size; u64, which is size_t, unless said
      out:u64, out:u32  a pointer to where the function writes the score; out:u64[4] has room for four, the first counts
      TYPE=NUMBER       a constant: u64=0, i32=-1, u32=0x9e3779b9, f64=1.5
      ptr=null          a null pointer
      "text"            a pointer to a constant text, which ends with a zero byte

    The greatest score owns the VNI, in the order of its type; ties go to the lowest uid.
    '\(GatewayProgram.current.name) foreign probe' tries a function and prints scores.
    """
  }

  /// A common ranking per VNI, as the score depends on the pair alone; how even it is, is up to the function.
  public var promises: StrategyPromises {
    StrategyPromises(
      disruption: .minimal, hasCommonRanking: true,
      cost: "the function's · K · N, by libffi 40 ns · K · N more",
      memory: "8 B · K, the owners' scores")
  }

  /// The function's name, its signature, and its results for known keys: it does not matter where the library lies, but
  /// two versions that answer differently show.
  public func agreement(_ options: PluginOptionValues) -> String {
    guard let description = try? description(options) else { return "" }
    let known = fingerprints.of(description) { try? prober.probe(description).fingerprint }
    let results = known ?? "unknown, of \(description.library.split(separator: "/").last ?? "")"
    return "signature=\(description.signature);symbol=\(description.symbol);results=\(results)"
  }

  /// Tries the function in processes of their own; if it stands that, loads it into this one.
  ///
  /// - Throws: `PluginError` with exit code 64 for an option that is missing, 78 for a library or function that is, or one
  ///   that crashes, hangs, or gives no scores to agree on.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy {
    let description = try description(options)
    do throws(ForeignFailure) {
      let findings = try prober.probe(description)
      fingerprints.remember(findings.fingerprint, of: description)
      let strategy = ForeignStrategy(try ForeignFunction(description))
      // Between then and now the file may have been replaced.
      guard ProbeKeys.pairs.map(strategy.score) == findings.scores else {
        throw ForeignFailure(.library, "here, its function gives other scores than when it was tried")
      }
      return strategy
    } catch {
      throw description.error(error, in: .settings)
    }
  }

  /// What the options come to.
  ///
  /// - Throws: `PluginError`, exit code 64.
  func description(_ options: PluginOptionValues) throws(PluginError) -> ForeignDescription {
    let example = [
      library.name: "libxxhash.so.0", symbol.name: "XXH64", signature.name: "'u64(bytes,size,u64=0)'",
    ]
    for option in [library, symbol, signature] where options[option].isEmpty {
      throw .unusable(
        plugin: name,
        reason: "--strategy foreign needs --set foreign.\(option.name), such as "
          + "--set foreign.\(option.name)=\(example[option.name] ?? "")",
        exitCode: 64)
    }
    do throws(SignatureComplaint) {
      return ForeignDescription(
        library: options[library], symbol: options[symbol],
        signature: try ForeignSignature(parsing: options[signature]))
    } catch {
      throw .badValue(
        plugin: name, option: signature.name, complaint: "\(error), not '\(options[signature])'")
    }
  }
}

/// The results' fingerprints of functions that have been tried: to try one takes two processes.
private final class KnownFingerprints: Sendable {
  private let known = Mutex<[ForeignDescription: String]>([:])

  func remember(_ fingerprint: String, of description: ForeignDescription) {
    known.withLock { $0[description] = fingerprint }
  }

  func of(_ description: ForeignDescription, orElse find: () -> String?) -> String? {
    if let fingerprint = known.withLock({ $0[description] }) { return fingerprint }
    let fingerprint = find()
    if let fingerprint { remember(fingerprint, of: description) }
    return fingerprint
  }
}
