/// A new effector: a file with the VNIs that are held, which shows all duties and needs no privileges.
enum EffectorTemplate {
  static func source(_ names: NewPluginNames) -> String {
    """
    import Glibc
    public import WMGFramework

    /// Keeps a file with the VNIs that this gateway holds, such as `1-33,40`.
    ///
    /// Level-triggered: it is told what should be, writes the file once per batch, and reports what came of it. All methods
    /// are called on a thread of its own, so it needs no locks.
    final class \(names.type): Effector {
      private let file: String
      private let context: EffectorContext
      private var held: Set<VNI> = []

      init(file: String, _ context: EffectorContext) {
        self.file = file
        self.context = context
      }

      func prepare(_ vnis: VNISet) {
        // Whatever was there before: at the start nothing is held.
        held = []
        report(Array(vnis), .standby, write())
      }

      func takeOver(_ vnis: [VNI]) {
        held.formUnion(vnis)
        report(vnis, .active, write())
      }

      func release(_ vnis: [VNI]) {
        held.subtract(vnis)
        report(vnis, .standby, write())
      }

      func stop() {}

      /// Every VNI is reported, as done or with one line that says what to do. What failed is told again, with backoff.
      private func report(_ vnis: [VNI], _ outcome: EffectorOutcome, _ failure: String?) {
        let outcome = failure.map { EffectorOutcome.failed(reason: $0) } ?? outcome
        context.report(vnis.map { ($0, outcome) })
      }

      /// Replaces the file as a whole, so that nobody reads half of it; returns why it could not.
      private func write() -> String? {
        context.counters.add(to: "files-written")
        let new = "\\(file).new"
        guard let stream = fopen(new, "we") else { return "\\(new) cannot be written: errno \\(errno)" }
        fputs("\\(VNISet(held))\\n", stream)
        guard fclose(stream) == 0, rename(new, file) == 0 else {
          return "\\(file) cannot be written: errno \\(errno)"
        }
        return nil
      }
    }

    /// What makes it choosable: `--effector macvlan,garp,\(names.plugin)`.
    public struct \(names.type)Plugin: EffectorPlugin {
      let file = PluginOption(
        "file", default: "/run/\(names.plugin).vnis", help: "where the VNIs that are held are written")

      /// A plugin with its options at their defaults.
      public init() {}

      /// `\(names.plugin)`
      public var name: String { "\(names.plugin)" }
      /// One line: what it does.
      public var summary: String { "keeps a file with the VNIs that are held" }
      /// What can be set.
      public var options: [any AnyPluginOption] { [file] }

      /// Looks whether the file could be written, and changes nothing.
      ///
      /// - Throws: `PluginError`, with the option and the fix.
      public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
        let path = options[file]
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK) == 0 else {
          throw PluginError.unusable(
            plugin: name, reason: "--set \\(name).file=\\(path): no folder that can be written to", exitCode: 73)
        }
      }

      /// Makes the effector, on the thread that it will run on.
      public func makeEffector(_ options: PluginOptionValues, context: EffectorContext) -> any Effector {
        \(names.type)(file: options[file], context)
      }
    }

    """
  }

  static func test(_ names: NewPluginNames) -> String {
    """
    import Glibc
    import LinuxNetworking
    import Testing
    import WMGFramework

    @testable import \(names.type)

    @Suite struct \(names.type)Tests {
      private let file = "/tmp/\(names.plugin)-test-\\(getpid()).vnis"

      /// Runs `body` with an effector; returns what it reported, in order.
      private func reports(_ file: String, _ body: (any Effector) throws -> Void) throws -> [String] {
        let plugin = \(names.type)Plugin()
        var options = PluginOptionValues()
        options.set(plugin.file, to: file)
        var reports: [String] = []
        let uid = try #require(GatewayID(rawValue: 1))
        let context = EffectorContext(
          configuration: GatewayConfiguration(uid: uid, vnis: try VNISet(parsing: "1-3")), loop: try EpollLoop(),
          logger: .init(label: plugin.name), counters: Counters(),
          report: { reports += $0.map { "\\($0.vni) \\($0.outcome)" } }, drift: { _ in })
        try body(plugin.makeEffector(options, context: context))
        return reports
      }

      @Test func theFileHasWhatIsHeld() throws {
        defer { unlink(file) }
        let reports = try reports(file) { effector in
          try effector.prepare(VNISet(parsing: "1-3"))
          #expect(SystemFile.read(file) == "\\n")
          effector.takeOver(Array(try VNISet(parsing: "1-3")))
          #expect(SystemFile.read(file) == "1-3\\n")
          effector.release(Array(try VNISet(parsing: "2")))
          #expect(SystemFile.read(file) == "1,3\\n")
          effector.stop()
        }
        #expect(
          reports == ["1 standby", "2 standby", "3 standby", "1 active", "2 active", "3 active", "2 standby"])
      }

      @Test func whatCannotBeWrittenIsReportedAsFailed() throws {
        let reports = try reports("/nonexistent/vnis") { effector in
          effector.takeOver(Array(try VNISet(parsing: "1")))
        }
        #expect(reports.count == 1)
        #expect(reports.first?.contains("failed") == true)
      }
    }

    """
  }
}
