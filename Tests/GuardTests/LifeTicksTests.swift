import CGuard
import CLinux
import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import WMGRuntime

/// Which ticks a guard gets, read from the pipe as it reads them.
struct LifeTicksTests {
  private final class Pipe {
    let ticker = GuardTicker()
    let loop: EpollLoop
    private let reading: CInt

    init() throws {
      loop = try EpollLoop()
      var ends: (reading: CInt, writing: CInt) = (-1, -1)
      #expect(wmg_open_tick_pipe(&ends.reading, &ends.writing) == 0)
      reading = ends.reading
      _ = fcntl(reading, F_SETFL, O_NONBLOCK)
      ticker.connect(ends.writing)
      _ = ticks()
    }

    deinit { close(reading) }

    /// What has been written since the last time.
    func ticks() -> [wmg_guard_tick] {
      var found: [wmg_guard_tick] = []
      var tick = wmg_guard_tick()
      while read(reading, &tick, MemoryLayout.size(ofValue: tick)) == MemoryLayout.size(ofValue: tick) {
        found.append(tick)
      }
      return found
    }

    func run(for duration: Duration) {
      loop.schedule(at: loop.now + duration) { [unowned self] in loop.stop() }
      loop.run()
    }
  }

  private func ticks(on pipe: Pipe, lease: AdvertisingLease, every interval: Duration = .milliseconds(20))
    -> LifeTicks
  {
    LifeTicks(pipe.ticker, on: pipe.loop, every: interval, lease: lease)
  }

  private static let valid = AdvertisingLease(until: BootTimeClock.now + .seconds(3600))

  @Test func oneThatNeedNotAdvertiseTicksOncePerInterval() throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: Self.valid)
    pipe.run(for: .milliseconds(110))
    life.stop()
    let count = pipe.ticks().count
    #expect((2...6).contains(count), "\(count)")
  }

  @Test func aCoreThatHangsStopsTheTicks() throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: AdvertisingLease(until: BootTimeClock.now))
    pipe.run(for: .milliseconds(60))
    life.stop()
    #expect(pipe.ticks().isEmpty)
  }

  @Test func oneThatAdvertisesTicksByItsAdvertisementsAlone() throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: Self.valid)
    life.note(.on)
    _ = pipe.ticks()
    let sent = MonotonicInstant(nanoseconds: BootTimeClock.now.nanoseconds)
    life.note(.advertised(at: sent))
    pipe.run(for: .milliseconds(80))
    let heard = pipe.ticks()
    #expect(heard.map(\.at) == [sent.nanoseconds], "the time of the advertisement, and nothing between")
    life.stop()
  }

  @Test(
    "Silent again it ticks by itself at once",
    arguments: [DiscoveryEvent.lapsed(at: BootTimeClock.now), .isolated(reason: "cut")])
  func silentAgain(_ event: DiscoveryEvent) throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: Self.valid)
    life.note(.on)
    _ = pipe.ticks()
    life.note(event)
    #expect(pipe.ticks().count == 1)
    life.note(.connected)
    pipe.run(for: .milliseconds(50))
    let isSpeaking = if case .isolated = event { true } else { false }
    #expect(pipe.ticks().isEmpty == isSpeaking)
    life.stop()
  }

  @Test func leavingItTicksOn() throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: Self.valid)
    life.note(.on)
    life.note(.farewell)
    _ = pipe.ticks()
    pipe.run(for: .milliseconds(90))
    #expect(!pipe.ticks().isEmpty)
    life.stop()
  }

  @Test func aChangeOfCompanyIsToldAtOnceAndCountsFromTheLastTick() throws {
    let pipe = try Pipe()
    let last = MonotonicInstant(nanoseconds: 5_000_000_000)
    pipe.ticker.tick(at: last)
    pipe.ticker.setCompany(false)
    pipe.ticker.setCompany(false)
    let heard = pipe.ticks()
    #expect(heard.map(\.has_company) == [1, 0])
    #expect(heard.map(\.at) == [last.nanoseconds, last.nanoseconds])
  }

  @Test func anotherGuardTakesOverAndTheFirstHearsGoodbye() throws {
    let pipe = try Pipe()
    let other = try Pipe()
    pipe.ticker.tick(at: MonotonicInstant(nanoseconds: 7))
    pipe.ticker.setCompany(false)
    _ = pipe.ticks()
    var ends: (reading: CInt, writing: CInt) = (-1, -1)
    #expect(wmg_open_tick_pipe(&ends.reading, &ends.writing) == 0)
    defer { close(ends.reading) }
    pipe.ticker.connect(ends.writing)
    #expect(pipe.ticks().map(\.kind) == [UInt16(wmg_guard_tick_goodbye.rawValue)])
    var tick = wmg_guard_tick()
    #expect(read(ends.reading, &tick, 16) == 16)
    #expect(tick.at == 7 && tick.has_company == 0 && tick.kind == UInt16(wmg_guard_tick_alive.rawValue))
    _ = other
  }

  @Test("A guard that does not read loses ticks, and holds nobody up")
  func full() throws {
    let pipe = try Pipe()
    let start = BootTimeClock.now
    for number in 0..<1000 { pipe.ticker.tick(at: MonotonicInstant(nanoseconds: Int64(number))) }
    #expect(BootTimeClock.now - start < .seconds(1))
    #expect(pipe.ticker.unread == 4096)
    #expect(pipe.ticker.takeLost() == 1000 - 256)
    #expect(pipe.ticker.takeLost() == 0)
    pipe.ticker.disconnect()
    #expect(pipe.ticks().count == 256)
    // Nobody is there: nothing happens.
    pipe.ticker.tick(at: start)
  }
}
