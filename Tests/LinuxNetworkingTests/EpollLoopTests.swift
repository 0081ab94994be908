import CLinux
import Glibc
import Testing
import WMGFramework

@testable import LinuxNetworking

@Suite("Event loop") struct EpollLoopTests {
  private func run(_ loop: EpollLoop) {
    loop.schedule(at: loop.now + .milliseconds(20)) { loop.stop() }
    loop.run()
  }

  @Test func aSecondWatchReplacesTheFirst() throws {
    let loop = try EpollLoop()
    let counter = eventfd(1, CInt(EFD_CLOEXEC))
    defer { close(counter) }
    var seen: Set<String> = []
    #expect(loop.watch(counter) { seen.insert("first") })
    #expect(loop.watch(counter) { seen.insert("second") })
    run(loop)
    #expect(seen == ["second"])
  }

  @Test func aNumberThatWasClosedAndIsUsedAgainIsWatched() throws {
    let loop = try EpollLoop()
    let spare = eventfd(1, CInt(EFD_CLOEXEC))
    let counter = eventfd(0, CInt(EFD_CLOEXEC))
    defer { close(counter) }
    loop.watch(counter) {}
    // The same number, another file: the kernel has forgotten the first one.
    #expect(dup2(spare, counter) == counter)
    close(spare)
    var isSeen = false
    #expect(loop.watch(counter) { isSeen = true })
    run(loop)
    #expect(isSeen)
  }

  @Test func whatCannotBeWatchedIsToldAndForgotten() throws {
    let loop = try EpollLoop()
    let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    for descriptor in [-1, .min, 1 << 30, file] {
      #expect(!loop.watch(descriptor) { Issue.record("read") })
      loop.unwatch(descriptor)
    }
    run(loop)
  }
}
