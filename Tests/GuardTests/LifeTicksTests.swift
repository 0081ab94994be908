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
    let writing: CInt
    private let reading: CInt

    init() throws {
      loop = try EpollLoop()
      var ends: (reading: CInt, writing: CInt) = (-1, -1)
      #expect(wmg_open_tick_pipe(&ends.reading, &ends.writing) == 0)
      reading = ends.reading
      writing = ends.writing
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

  @Test func isolatedItTicksByItselfAtOnce() throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: Self.valid)
    life.note(.on)
    _ = pipe.ticks()
    life.note(.isolated(reason: "cut"))
    #expect(pipe.ticks().count == 1)
    pipe.run(for: .milliseconds(50))
    #expect(!pipe.ticks().isEmpty)
    life.note(.connected)
    pipe.run(for: .milliseconds(50))
    #expect(pipe.ticks().isEmpty)
    life.stop()
  }

  @Test("Silent for too long it ticks when the core has noticed, once, and on when it holds nothing")
  func lapsed() throws {
    let pipe = try Pipe()
    let life = ticks(on: pipe, lease: Self.valid)
    life.note(.on)
    pipe.ticker.setMayBeSilent(false, at: pipe.loop.now)
    _ = pipe.ticks()
    life.note(.lapsed(at: pipe.loop.now))
    pipe.run(for: .milliseconds(50))
    #expect(pipe.ticks().isEmpty)
    life.note(.off)
    #expect(pipe.ticks().count == 1)
    pipe.run(for: .milliseconds(90))
    #expect(pipe.ticks().isEmpty, "it holds VNIs, and peers have them too")
    pipe.ticker.setMayBeSilent(true, at: pipe.loop.now)
    #expect(pipe.ticks().count == 1)
    pipe.run(for: .milliseconds(90))
    #expect(!pipe.ticks().isEmpty)
    life.stop()
  }

  @Test(
    "Stopping, its guard waits for as long as it serves, and no longer; isolated, with nothing said, as well")
  func leaving() throws {
    for isIsolated in [false, true] {
      let pipe = try Pipe()
      let life = ticks(on: pipe, lease: Self.valid)
      let margin = Duration.milliseconds(300)
      life.note(.on)
      pipe.ticker.setMayBeSilent(false, at: pipe.loop.now)
      let last = pipe.loop.now
      life.note(.advertised(at: last))
      if isIsolated { life.note(.isolated(reason: "cut")) }
      _ = pipe.ticks()
      pipe.ticker.leave(asOf: last + margin)
      #expect(pipe.ticks().map(\.at) == [(last + margin).nanoseconds])
      pipe.ticker.leave(asOf: last + margin)
      #expect(pipe.ticks().isEmpty)
      life.note(isIsolated ? .off : .farewell)
      pipe.run(for: .milliseconds(90))
      #expect(pipe.ticks().allSatisfy { $0.at == (last + margin).nanoseconds }, "\(isIsolated)")
      if !isIsolated {
        // The core has taken note of the burst's last packet.
        let burst = last + .milliseconds(10)
        life.note(.advertised(at: burst))
        pipe.ticker.leave(asOf: burst + margin)
        #expect(pipe.ticks().last?.at == (burst + margin).nanoseconds)
        life.note(.isolated(reason: "cut"))
      }
      pipe.run(for: margin)
      _ = pipe.ticks()
      life.note(.off)
      pipe.ticker.setMayBeSilent(true, at: pipe.loop.now)
      #expect(pipe.ticks().last.map { $0.at > (last + margin).nanoseconds } == true)
      life.stop()
    }
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

  @Test("While another guard takes over both hear every tick; then the first hears goodbye, and no more")
  func another() throws {
    let pipe = try Pipe()
    pipe.ticker.tick(at: MonotonicInstant(nanoseconds: 7))
    pipe.ticker.setCompany(false)
    _ = pipe.ticks()
    var ends: (reading: CInt, writing: CInt) = (-1, -1)
    #expect(wmg_open_tick_pipe(&ends.reading, &ends.writing) == 0)
    defer { close(ends.reading) }
    pipe.ticker.connect(ends.writing)
    #expect(pipe.ticks().isEmpty)
    var tick = wmg_guard_tick()
    #expect(read(ends.reading, &tick, 16) == 16)
    #expect(tick.at == 7 && tick.has_company == 0 && tick.kind == UInt16(wmg_guard_tick_alive.rawValue))
    pipe.ticker.tick(at: MonotonicInstant(nanoseconds: 8))
    #expect(read(ends.reading, &tick, 16) == 16 && tick.at == 8)
    #expect(pipe.ticks().map(\.at) == [8])
    #expect(pipe.ticker.sayGoodbye(to: pipe.writing))
    pipe.ticker.disconnect(pipe.writing)
    #expect(pipe.ticks().map(\.kind) == [UInt16(wmg_guard_tick_goodbye.rawValue)])
    pipe.ticker.tick(at: MonotonicInstant(nanoseconds: 9))
    #expect(read(ends.reading, &tick, 16) == 16 && tick.at == 9)
    #expect(pipe.ticks().isEmpty)
  }

  @Test("A guard that does not read loses ticks, and holds nobody up")
  func full() throws {
    let pipe = try Pipe()
    let start = BootTimeClock.now
    for number in 0..<1000 { pipe.ticker.tick(at: MonotonicInstant(nanoseconds: Int64(number))) }
    #expect(BootTimeClock.now - start < .seconds(1))
    #expect(pipe.ticker.unread(in: pipe.writing) == 4096)
    #expect(pipe.ticker.takeLost() == 1000 - 256)
    #expect(pipe.ticker.takeLost() == 0)
    #expect(!pipe.ticker.sayGoodbye(to: pipe.writing), "nobody may believe that it was told")
    pipe.ticker.disconnect(pipe.writing)
    #expect(pipe.ticks().count == 256)
    // Nobody is there: nothing happens.
    pipe.ticker.tick(at: start)
  }
}
