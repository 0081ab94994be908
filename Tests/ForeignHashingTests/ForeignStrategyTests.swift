import Testing
import WMGFramework

@testable import ForeignHashing

@Suite struct ForeignStrategyTests {
  @Test(
    "XXH64 of the key, as an implementation of its specification in another language has it",
    arguments: [
      (1, 1, 0, 3_403_729_549_279_472_915), (1, 2, 0, 3_056_089_546_767_168_058),
      (100, 8_874_762_027_149_433_019, 0, 7_328_856_744_468_300_740),
      (16_777_215, UInt64.max, 0, 8_100_331_435_153_323_782),
      (100, 11, 2_654_435_761, 6_157_598_736_660_248_498),
    ] as [(UInt32, UInt64, UInt64, UInt64)])
  func xxhash(_ vni: UInt32, _ uid: UInt64, _ seed: UInt64, _ answer: UInt64) throws {
    for route in [ForeignFunction.Route.direct, .libffi] {
      let strategy = try strategy("XXH64", "u64(bytes,size,u64=\(seed))", in: "libxxhash.so.0", route)
      #expect(score(strategy, vni, uid) == answer)
    }
  }

  @Test("FNV-1a of the key")
  func fnv() throws {
    let strategy = try strategy("fnv1a", "u64(bytes,size)")
    #expect(score(strategy, 1, 1) == 13_906_372_914_325_057_589)
    #expect(score(strategy, 100, 8_874_762_027_149_433_019) == 15_446_561_238_526_670_520)
  }

  @Test(
    "A direct call and libffi give the same scores",
    arguments: [
      ("fnv1a", "u64(bytes,size)"), ("mix", "u64(vni,uid)"), ("mix", "u64(vni:u64,uid:i64)"),
      ("narrow", "i64(i8=-1,i16=-300,i32=-70000,u8=255,vni,uid)"),
      ("wide", "u8(vni,uid)"), ("wide", "i8(vni,uid)"), ("wide", "u16(vni,uid)"), ("wide", "i16(vni,uid)"),
      ("wide", "u32(vni,uid)"), ("wide", "i32(vni,uid)"), ("wide", "i64(vni,uid)"),
      ("salted", "u64(\"grains of salt\",bytes,size)"),
      ("write64", "void(bytes,size:i32,u32=99,out:u64[2])"), ("write32", "i32(bytes,size:i32,out:u32)"),
    ])
  func routesAgree(_ symbol: String, _ signature: String) throws {
    let direct = try ForeignFunction(description(symbol, signature))
    let libffi = try ForeignFunction(description(symbol, signature), route: .libffi)
    #expect(direct.route == .direct && libffi.route == .libffi)
    let scores = [direct, libffi].map { ProbeKeys.pairs.map(ForeignStrategy($0).score) }
    #expect(scores[0] == scores[1])
    #expect(Set(scores[0]).count > 1)
  }

  @Test("Every argument arrives as it was written")
  func argumentsArrive() throws {
    let narrow = try strategy("narrow", "i64(i8=-1,i16=-300,i32=-70000,u8=255,vni,uid)")
    let sum = -1 * 1_000_003 - 300 * 10_007 - 70_000 * 101 + 255 * 7 + 4094 - 11
    #expect(score(narrow, 4094, 11) == UInt64(bitPattern: Int64(sum)) ^ 1 << 63)

    let mix = score(try strategy("mix", "u64(vni,uid)"), 4094, 11)
    let many = try strategy(
      "many", "i64(vni,uid,i8=-5,u16=65535,i32=-6,u64=7,i64=-8,f64=1.25,f32=-2.5,\"A\",ptr=null)")
    let further: Int64 = -5 + 65535 - 6 + 7 - 8 + 5 - 10 + 65
    #expect(score(many, 4094, 11) == mix &+ UInt64(bitPattern: further) ^ 1 << 63)

    let eight = try strategy("eight", "u64(vni,uid,u8=1,u8=2,u8=3,u8=4,u8=5,u8=6)")
    #expect(score(eight, 4094, 11) == mix &+ 91)
    let floating = try strategy("mix_floating", "f64(vni:f32,uid:f64)")
    #expect(score(floating, 4094, 11) == ScoreReading.score(Double(mix >> 12)))
    let single = try strategy("mix_single", "f32(vni,uid)")
    #expect(score(single, 4094, 11) == ScoreReading.score(Double(Int64(bitPattern: mix) >> 40)))
  }

  @Test("What the function writes counts, in place of what it returns")
  func outputs() throws {
    let fnv = score(try strategy("fnv1a", "u64(bytes,size)"), 5, 6)
    #expect(score(try strategy("write64", "void(bytes,size:i32,u32=0,out:u64[2])"), 5, 6) == fnv)
    #expect(
      score(try strategy("write32", "i32(bytes,size:i32,out:u32)"), 5, 6) == fnv & 0xFFFF_FFFF)
  }

  @Test("The full pass has the greatest score's owners, ties go to the lowest uid; increments agree with it")
  func assigns() throws {
    let vnis = try VNISet(parsing: "1-3000")
    let gateways = uids([3, 5, 7, 8_874_762_027_149_433_019, .max])
    for strategy in [
      try strategy("mix", "u64(vni,uid)"), try strategy("mix", "u64(vni,uid)", .libffi),
      try strategy("wide", "u8(vni,uid)"), try strategy("mix_single", "f32(vni,uid)"),
    ] {
      var table = AssignmentTable(vnis, strategy: strategy)
      _ = table.update(to: gateways)
      for (index, vni) in vnis.enumerated() {
        let ranking = gateways.map { (score: score(strategy, vni.rawValue, $0.rawValue), uid: $0) }
        let best = try #require(ranking.map(\.score).max())
        #expect(table.owner(at: index) == ranking.first { $0.score == best }?.uid)
      }
      let withoutOne = gateways.filter { $0.rawValue != 5 }
      let changes = table.update(to: withoutOne)
      #expect(changes.allSatisfy { $0.from.rawValue == 5 })
      #expect(table.update(to: gateways).map(\.index) == changes.map(\.index))
      var fresh = AssignmentTable(vnis, strategy: strategy)
      _ = fresh.update(to: gateways)
      #expect((0..<vnis.count).allSatisfy { fresh.owner(at: $0) == table.owner(at: $0) })
    }
  }

  @Test("An uneven function is warned of, an even one is not")
  func advises() throws {
    let gateways = uids([1, 2, 3, 4, 5])
    #expect(try strategy("mix", "u64(vni,uid)").advice(for: gateways.span) == nil)
    let advice = try #require(try strategy("product", "u64(vni,uid)").advice(for: gateways.span))
    #expect(advice.contains("of VNIs 1-320 and 5 gateways, one gets 320, where 64 is the mean"))
    #expect(try strategy("product", "u64(vni,uid)").advice(for: uids([1]).span) == nil)
  }

  @Test("Many threads may score at once")
  func concurrent() async throws {
    for route in [ForeignFunction.Route.direct, .libffi] {
      let strategy = try strategy("salted", "u64(\"salt\",bytes,size)", route)
      let expected = ProbeKeys.pairs.map(strategy.score)
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask { (0..<200).allSatisfy { _ in ProbeKeys.pairs.map(strategy.score) == expected } }
        }
        for await isSame in group { #expect(isSame) }
      }
    }
  }
}
