import FleetChaos
import Testing
import WMGFramework

/// D is 1.5 s, I 500 ms, T 200 ms: a pause of up to 950 ms is not noticed.
@Suite struct OverrunTests {
  private static let table = """
    sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
    000000008aff79cc 0   4711       00000001 33553920 0        0     2        54       100
    00000000e1d7d6ea 0   3194967264 00000011 33552000 0        0     2        12       101
    000000006e59b23d 0   1          00000000 0        0        0     2        0        102
    000000003264c5b8 15  1118       00000002 0        0        0     2        9        103
    """

  @Test("A process's netlink sockets are those whose inodes it has")
  func table() {
    #expect(
      NetlinkQueue.parse(Self.table, inodes: [101, 102, 500]) == [
        NetlinkQueue(inode: 101, waiting: 33_552_000, lost: 12),
        NetlinkQueue(inode: 102, waiting: 0, lost: 0),
      ])
    #expect(NetlinkQueue.parse("", inodes: [1]).isEmpty)
  }

  @Test("It has overrun once every socket that is full of news has lost some since")
  func overrun() {
    let before = NetlinkQueue.parse(Self.table, inodes: [100, 101, 102])
    var now = before
    #expect(now.overrun(since: before) == nil)
    now[0].lost += 20
    #expect(now.overrun(since: before) == nil)
    now[1].lost += 30
    #expect(now.overrun(since: before) == 30)
    // What was made since then has lost nothing before.
    #expect([now[0]].overrun(since: []) == 74)
    now[0].waiting = 1000
    now[1].waiting = 1000
    #expect(now.overrun(since: before) == nil)
  }

  @Test("Who loses news and counts nothing has missed it; who does not answer is not judged")
  func noticed() {
    #expect(NetlinkOverrun(gateway: 0, lost: 9, noticedBefore: 1, noticedAfter: 1).isMissed)
    #expect(!NetlinkOverrun(gateway: 0, lost: 9, noticedBefore: 1, noticedAfter: 2).isMissed)
    #expect(!NetlinkOverrun(gateway: 0, lost: nil, noticedBefore: 1, noticedAfter: 1).isMissed)
    #expect(!NetlinkOverrun(gateway: 0, lost: 9, noticedBefore: 1, noticedAfter: nil).isMissed)
  }

  private func story(_ vni: Int, on: Bool, from began: Int, to ended: Int, set: Int) -> Story {
    var story = Story()
    story.fault(.overrun(0, vnis: [vni], on: on), began, ended)
    story.runs[0].drifted = at(set)
    // Nobody can announce while stopped.
    story.history.silences = [.init(gateway: 0, from: at(began), to: at(ended))]
    return story
  }

  @Test("Set up in a pause that nobody notices: two owners until T after it, not longer")
  func unnoticedUp() {
    for (repaired, isKept) in [(2050, true), (2250, false)] {
      var story = story(1, on: false, from: 1000, to: 1900, set: 1800)
      story.change(0, 1, up: true, 1850, announced: false)
      story.change(0, 1, up: false, repaired)
      #expect(story.broken.isEmpty == isKept)
    }
  }

  @Test("Set down in a pause that nobody notices: no owner until T after it, not longer")
  func unnoticedDown() {
    for (repaired, isKept) in [(2050, true), (2250, false)] {
      var story = story(0, on: true, from: 1000, to: 1900, set: 1800)
      story.change(0, 0, up: false, 1850)
      story.change(0, 0, up: true, repaired)
      #expect(story.broken.isEmpty == isKept)
    }
  }

  @Test("Set up in a longer pause: two owners until I + T after it, guard or not")
  func noticedUp() {
    for (repaired, isKept) in [(5600, true), (5800, false)] {
      var story = story(1, on: false, from: 1000, to: 5000, set: 4800)
      story.timing.guardDelay = .milliseconds(200)
      story.change(1, 0, up: true, 2550)
      story.change(0, 0, up: false, 2650)
      story.change(0, 1, up: true, 4850, announced: false)
      story.change(0, 1, up: false, repaired)
      #expect(story.broken.isEmpty == isKept)
    }
  }

  @Test("Set down before its peers give it up: no owner until they do, not longer")
  func noticedDown() {
    for (takeover, isKept) in [(2650, true), (2800, false)] {
      var story = story(0, on: true, from: 1000, to: 2100, set: 1500)
      story.change(0, 0, up: false, 1550)
      story.change(1, 0, up: true, takeover)
      #expect(story.broken.isEmpty == isKept)
    }
  }

  @Test("Nothing is excused before someone else has set it, nor at other VNIs")
  func nothingElse() {
    var early = story(0, on: true, from: 1000, to: 1900, set: 1800)
    early.change(0, 0, up: false, 1500)
    early.change(0, 0, up: true, 1950)
    #expect(early.broken.contains(.noChange))
    var other = story(1, on: true, from: 1000, to: 1900, set: 1800)
    other.change(0, 0, up: false, 1850)
    other.change(0, 0, up: true, 1950)
    #expect(other.broken == [.noOwner, .noChange])
  }
}
