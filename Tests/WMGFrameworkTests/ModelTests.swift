import Testing

@testable import WMGFramework

struct ModelTests {
  @Test(arguments: [
    ("1-100,200,300-399", "1-100,200,300-399"), ("7", "7"), (" 5 , 1 - 3 ", "1-3,5"), ("1-5,4-9,10", "1-10"),
    ("16777215,1", "1,16777215"), ("3,3,3", "3"), ("1-16777215", "1-16777215"),
  ])
  func vniSetsAreReadAndWritten(text: String, written: String) throws {
    #expect("\(try VNISet(parsing: text))" == written)
  }

  @Test(arguments: [
    ("", VNISetError.emptyElement), ("1,,2", .emptyElement), ("1,", .emptyElement), ("a", .notANumber("a")),
    ("1-2-3", .notANumber("1-2-3")), ("-5", .notANumber("-5")), ("5-", .notANumber("5-")),
    ("1 2", .notANumber("1 2")), ("1 2-5", .notANumber("1 2-5")), ("+1", .notANumber("+1")),
    ("0", .outOfRange("0")), ("16777216", .outOfRange("16777216")),
    ("99999999999", .outOfRange("99999999999")),
    ("5-3", .descending("5-3")), ("١", .notANumber("١")),
  ])
  func badVNISetsAreRefused(text: String, error: VNISetError) {
    #expect(throws: error) { try VNISet(parsing: text) }
  }

  @Test func vniSetErrorsSayWhatToDo() {
    #expect(
      "\(VNISetError.emptyElement)"
        == "a VNI is missing; write VNIs and ranges with commas between them, such as 1-100,200")
    #expect(
      "\(VNISetError.notANumber("x"))" == "'x' is not a VNI or a range; write numbers such as 200 or 1-100")
    #expect("\(VNISetError.outOfRange("0"))" == "VNI 0 is out of range; a VNI is 1 to 16777215")
    #expect(
      "\(VNISetError.descending("5-3"))" == "range '5-3' ends before it begins; write the lower VNI first")
  }

  @Test func vniSetsCountContainAndIterate() throws {
    let set = try VNISet(parsing: "1-3,10,20-21")
    #expect(set.count == 6 && !set.isEmpty && set.underestimatedCount == 6)
    #expect(set.map(\.rawValue) == [1, 2, 3, 10, 20, 21])
    for value in 1...25 as ClosedRange<UInt32> {
      #expect(set.contains(VNI(rawValue: value)!) == [1, 2, 3, 10, 20, 21].contains(value))
    }
    #expect(VNISet(Array(set).reversed()) == set)
    #expect(VNISet().isEmpty && Array(VNISet()).isEmpty)
    #expect(try VNISet(parsing: "1-16777215").count == 16_777_215)
  }

  @Test func vnisAndUIDsHaveBounds() {
    #expect(VNI(rawValue: 0) == nil && VNI(rawValue: 1 << 24) == nil)
    #expect(VNI(rawValue: 1) == .min && VNI(rawValue: (1 << 24) - 1) == .max)
    #expect(GatewayID(rawValue: 0) == nil)
    #expect(GatewayID(rawValue: .max)?.description == "18446744073709551615")
    struct ZeroFirst: RandomNumberGenerator {
      var isFirst = true
      mutating func next() -> UInt64 {
        defer { isFirst = false }
        return isFirst ? 0 : 42
      }
    }
    var generator = ZeroFirst()
    #expect(GatewayID.random(using: &generator).rawValue == 42)
  }

  @Test func addressesAreReadAndWritten() {
    #expect(IPv4Address("10.0.1.255")?.rawValue == 0x0A00_01FF)
    #expect(IPv4Address(rawValue: 0xC0A8_0001).description == "192.168.0.1")
    #expect(IPv4Address("0.0.0.0")! < IPv4Address("0.0.0.1")!)
    for text in [
      "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1..2.3", "a.b.c.d", "1.2.3.4 ", "+1.2.3.4",
    ] {
      #expect(IPv4Address(text) == nil, "\(text)")
    }
  }

  @Test func instantsAreArithmeticAndReadable() {
    let instant = MonotonicInstant(nanoseconds: 12_034_000_000)
    #expect(instant.description == "12.034s")
    #expect(instant + .milliseconds(6) - .milliseconds(6) == instant)
    #expect(instant + .seconds(1) - instant == .seconds(1))
    #expect(Duration.milliseconds(-1500).nanoseconds == -1_500_000_000)
  }

  @Test func theConfigurationDerivesItsTimes() {
    var configuration = CoreHarness.configuration(uid: 1)
    #expect(configuration.detectionTime == .seconds(3))
    #expect(configuration.burstSpacing == .milliseconds(50))
    #expect(configuration.effectiveClaimDelay == .milliseconds(300))
    configuration.interval = .milliseconds(10)
    #expect(configuration.detectionTime == .milliseconds(30))
    #expect(configuration.burstSpacing == .microseconds(500))
    #expect(configuration.effectiveClaimDelay == .milliseconds(30))
    configuration.claimDelay = .seconds(1)
    #expect(configuration.effectiveClaimDelay == .seconds(1))
  }

  @Test func aLeaseRunsOut() {
    let start = MonotonicInstant(nanoseconds: 0)
    let lease = AdvertisingLease(until: start + .seconds(3))
    #expect(lease.isValid(at: start + .milliseconds(2999)))
    #expect(!lease.isValid(at: start + .seconds(3)))
    lease.renew(until: start + .seconds(4))
    #expect(lease.isValid(at: start + .seconds(3)))
  }

  @Test func countersCount() {
    let counters = Counters()
    counters.add(to: "sent")
    counters.add(4, to: "sent")
    counters.set("gauge", to: 3)
    counters.set("gauge", to: 2)
    counters.raise("lateness-max-us", to: -5)
    counters.raise("lateness-max-us", to: 7)
    counters.raise("lateness-max-us", to: 6)
    #expect(counters["sent"] == 5 && counters["none"] == 0)
    #expect(counters.snapshot == ["sent": 5, "gauge": 2, "lateness-max-us": 7])
    counters.add(.max, to: "sent")
    counters.add(.min, to: "least")
    counters.add(-1, to: "least")
    #expect(counters["sent"] == .max && counters["least"] == .min)
  }
}
