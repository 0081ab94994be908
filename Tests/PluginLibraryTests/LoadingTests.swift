import Foundation
import LinuxNetworking
import Testing
import WMGFramework

@testable import PluginLibrary

/// What is wrong with a library is found before anything of it is used.
@Suite("Loading", CompiledLibrary.isNeeded) struct LoadingTests {
  private static let malformed: [([String], String)] = [
    (["ENTRY=another_name"], "has no function wmgwd2_plugin_v1; a plugin library exports one"),
    (["RESULT=NULL"], "its wmgwd2_plugin_v1 returns NULL"),
    (["ABI=2"], "was built for ABI 2, and this program has ABI 1"),
    (["LIBRARY_SIZE=16"], "its wmgwd2_library has 16 bytes, and ABI 1 has 24"),
    (["PLUGIN_SIZE=72"], "its wmgwd2_plugin has 72 bytes, and ABI 1 has 80"),
    (["STRATEGY_SIZE=0"], "its wmgwd2_strategy has 0 bytes, and ABI 1 has 72"),
    (["OPTION_SIZE=8"], "plugin 'malformed': its wmgwd2_option has 8 bytes, and ABI 1 has 56"),
    (
      ["OPTION_SIZE=60"],
      "plugin 'malformed': its option_size is 60; set .option_size = sizeof(wmgwd2_option)"
    ),
    (["OPTION_SIZE=4104"], "plugin 'malformed': its option_size is 4104"),
    (["OPTION_SIZE=(((size_t)1)<<63)"], "plugin 'malformed': its wmgwd2_option has"),
    (["COUNT=0"], "offers 0 plugins"),
    (["COUNT=1000"], "offers 1000 plugins"),
    (["PLUGINS=NULL"], "offers 1 plugins"),
    (["COUNT=2"], "offers a plugin 'malformed', and there is one of that name"),
    (["NAME=NULL"], "a plugin's name is NULL"),
    (["NAME=\"My Plugin\""], "a plugin is named 'My Plugin'; a name is a-z, 0-9 and dashes"),
    (["NAME=\"-x\""], "a plugin is named '-x'"),
    (["VERSION=NULL"], "plugin 'malformed' has no version"),
    (["STRATEGY=NULL"], "plugin 'malformed' must have one of strategy, effector and discovery"),
    (["EFFECTOR=&effector"], "plugin 'malformed' must have one of strategy, effector and discovery"),
    (["STRATEGY=NULL", "EFFECTOR=&effector"], "effector 'malformed' has no function prepare"),
    (["ASSIGN=NULL"], "strategy 'malformed' has neither a function assign nor score"),
    (["OPTION_NAME=\"No\""], "plugin 'malformed': an option is named 'No'"),
    (["OPTION_TYPE=17"], "option 'option' has type 17, which ABI 1 has not"),
    (["OPTION_DEFAULT=NULL"], "option 'option' has no default"),
    (["OPTION_DEFAULT=\"ten\""], "option 'option' takes number, and its default is 'ten'"),
    (["OPTION_DEFAULT=\"10\""], "the default of option 'option' must be 1 to 9"),
    (["AT_LOAD=abort()"], "crashes when it is loaded (Aborted)"),
    (["AT_ENTRY=raise(SIGSEGV)"], "crashes when it is loaded (Segmentation fault)"),
    (["NAME=(char*)8"], "crashes when it is loaded (Segmentation fault)"),
    (["COST=(char*)8"], "crashes when it is loaded (Segmentation fault)"),
    (["AT_LOAD=exit(42)"], "ends the process when it is loaded (exit code 42)"),
    (["AT_LOAD=exit(0)"], "ends the process when it is loaded (exit code 0)"),
  ]

  @Test("A library that is wrong is refused, with the reason", arguments: malformed)
  func malformedLibraries(_ definitions: [String], _ reason: String) throws {
    let library = try CompiledLibrary("malformed.c", definitions)
    let (plugins, refusals) = PluginLibraries.load([library.path])
    #expect(plugins.isEmpty)
    #expect(refusals.map(\.path) == [library.path] && refusals.map(\.exitCode) == [78])
    let isSaid = refusals.first?.reason.contains(reason) == true
    #expect(isSaid, "\(refusals)")
  }

  @Test(
    "The header is C99 and C++11",
    arguments: [["cc", "-std=c99", "-xc"], ["g++", "-std=c++11", "-xc++"], ["g++", "-std=c++20", "-xc++"]])
  func header(_ compiler: [String]) throws {
    let errors = ["-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = compiler + errors + ["\(CompiledLibrary.include)/wmgwd2_plugin.h"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func theSameLibraryWithoutMistakesIsTaken() throws {
    let plugins = try CompiledLibrary("malformed.c").plugins()
    #expect(plugins.map(\.name) == ["malformed"])
  }

  @Test func aLibraryThatCannotBeTrustedIsRefusedWithTheFix() throws {
    let library = try CompiledLibrary("malformed.c")
    func refusal(_ path: String) -> PluginRefusal? { PluginLibraries.load([path]).refusals.first }
    let path = library.path
    chmod(path, 0o757)
    #expect(refusal(path)?.description == "--plugin \(path): everyone can write to it; chmod o-w \(path)")
    #expect(refusal(path)?.exitCode == 78)
    chmod(path, 0o755)
    #expect(refusal("\(path)x")?.reason == "no such file")
    #expect(refusal("\(path)x")?.exitCode == 66)
    #expect(refusal("/etc")?.reason == "is a folder; name the library itself")
  }

  @Test func aLibraryThatHangsIsGivenUp() throws {
    // Blocks what it can.
    let library = try CompiledLibrary(
      "malformed.c", ["AT_ENTRY=sigset_t all;sigfillset(&all);sigprocmask(SIG_SETMASK,&all,0);for(;;)pause()"]
    )
    let file = try TrustedFile(library.path)
    let refusal = #expect(throws: PluginRefusal.self) {
      try LoadedLibrary(file, named: "libx.so", patience: 1)
    }
    #expect(
      refusal?.description == "--plugin libx.so: is not loaded within 1 s; loading must not wait for anything"
    )
  }

  @Test func aLaterHeadersLibraryIsTaken() throws {
    let plugin = try #require(try CompiledLibrary("newer.c").plugins().first as? any StrategyPlugin)
    #expect(plugin.options.map(\.name) == ["first", "second"])
    #expect(plugin.options.map(\.defaultText) == ["1s", "10.0.1.255"])
    #expect(plugin.promises == StrategyPromises())
  }

  @Test func whatTheParentDoesAtItsExitTheTrialDoesNot() throws {
    let mark = NSTemporaryDirectory() + "wmgabi-mark-\(getpid())"
    exitMark = strdup(mark)
    atexit { if let exitMark { close(open(exitMark, O_CREAT | O_WRONLY, 0o600)) } }
    defer {
      exitMark = nil
      unlink(mark)
    }
    let library = try CompiledLibrary("malformed.c", ["AT_LOAD=exit(0)"])
    #expect(PluginLibraries.load([library.path]).refusals.count == 1)
    #expect(access(mark, F_OK) != 0)
  }

  @Test func allPluginsOfALibraryAreTakenWithTheirOrigin() throws {
    let library = try CompiledLibrary("strategies.c")
    let plugins = try library.plugins()
    #expect(plugins.map(\.name) == ["c-both", "c-scores", "c-assigns", "c-wild"])
    #expect(plugins[0].origin == .library(path: library.path, version: "2.1", abi: 1))
    #expect(plugins[0].summary == "for a test" && plugins[0].details == "More.")
  }

  @Test func aNameThatIsTakenIsRefusedAndHindersNoOther() throws {
    let first = try CompiledLibrary("strategies.c")
    let second = try CompiledLibrary("strategies.c")
    let other = try CompiledLibrary("newer.c")
    let (plugins, refusals) = PluginLibraries.load([first.path, second.path, other.path])
    #expect(plugins.count == 5)
    #expect(
      refusals.map(\.reason) == [
        "offers a plugin 'c-both', and there is one of that name from \(first.path)"
      ])
  }

  @Test func aLibraryThatIsNamedTwiceIsOne() throws {
    let library = try CompiledLibrary("newer.c")
    let (plugins, refusals) = PluginLibraries.load([
      library.path, "\(library.folder)/../\(library.folder.split(separator: "/").last!)/libtest.so",
    ])
    #expect(plugins.count == 1 && refusals.isEmpty)
  }

  @Test func whatIsNoLibraryIsRefused() {
    let (_, refusals) = PluginLibraries.load(["/etc/passwd"])
    #expect(refusals.first?.reason.hasPrefix("cannot be loaded: ") == true)
  }
}

/// For a function of C's `atexit`, which captures nothing.
nonisolated(unsafe) private var exitMark: UnsafeMutablePointer<CChar>?
