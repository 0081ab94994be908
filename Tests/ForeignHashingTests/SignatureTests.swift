import Testing

@testable import ForeignHashing

@Suite struct SignatureTests {
  @Test(
    "What is read is written back in its one canonical spelling",
    arguments: [
      ("u64(bytes,size,u64=0)", "u64(bytes,size:u64,u64=0)"),
      (" u64 ( bytes , size : u64 , u64 = 0 ) ", "u64(bytes,size:u64,u64=0)"),
      ("u64(vni,uid)", "u64(vni:u32,uid:u64)"),
      ("i32(uid:i64,vni:i32)", "i32(uid:i64,vni:i32)"),
      ("f64(vni:f64,uid:f64,f64=1.5,f32=-2e3)", "f64(vni:f64,uid:f64,f64=1.5,f32=-2000.0)"),
      ("void(bytes,size:i32,u32=0x9e3779b9,out:u32)", "void(bytes,size:i32,u32=2654435769,out:u32)"),
      ("ptr(bytes,size,out:u64[4])", "ptr(bytes,size:u64,out:u64[4])"),
      ("u64(out:u64[1],bytes)", "u64(out:u64,bytes)"),
      ("u64(\"a, \\\"b\\\" \\\\ )\",bytes,ptr=null)", "u64(\"a, \\\"b\\\" \\\\ )\",bytes,ptr=null)"),
      (
        "u64(bytes,i8=-128,u8=255,i64=-9223372036854775808)",
        "u64(bytes,i8=-128,u8=255,i64=-9223372036854775808)"
      ),
      ("u64(bytes,u64=18446744073709551615)", "u64(bytes,u64=18446744073709551615)"),
    ])
  func reads(_ text: String, _ canonical: String) throws {
    let signature = try ForeignSignature(parsing: text)
    #expect(signature.description == canonical)
    #expect(try ForeignSignature(parsing: canonical) == signature)
  }

  @Test(
    "A mistake is told with its place and what is expected there",
    arguments: [
      ("", "must have a result (u8, u16, u32, u64, i8, i16, i32, i64, f32, f64, ptr or void) at character 1"),
      ("u65(bytes)", "at character 1 (did you mean 'u64'?)"),
      ("int(bytes)", "must have a result"),
      ("u64", "must have '(' at character 4"),
      (
        "u64(",
        "must have an argument (vni, uid, bytes, size, out:u64, u64=NUMBER, ptr=null or \"text\") at character 5"
      ),
      ("u64(vni,ud)", "at character 9 (did you mean 'uid'?)"),
      ("u64(bytes,u63=0)", "at character 11 (did you mean 'u64'?)"),
      ("u64(byes,size)", "at character 5 (did you mean 'bytes'?)"),
      (
        "u64(bytes,,size)",
        "must have an argument (vni, uid, bytes, size, out:u64, u64=NUMBER, ptr=null or \"text\") at character 11"
      ),
      ("u64(bytes size)", "must have ',' or ')' at character 11"),
      ("u64(bytes,size", "must have ',' or ')' at character 15"),
      ("u64(bytes) x", "must have nothing more at character 12"),
      ("u64(bytes,u64)", "must have '=' and a number at character 14"),
      ("u64(bytes,u64=)", "must have a number that fits into u64 at character 15"),
      ("u64(bytes,u8=256)", "must have a number that fits into u8 at character 14"),
      ("u64(bytes,u8=-1)", "must have a number that fits into u8 at character 14"),
      ("u64(bytes,i8=128)", "must have a number that fits into i8 at character 14"),
      ("u64(bytes,u64=18446744073709551616)", "must have a number that fits into u64 at character 15"),
      ("u64(bytes,u32=0x-1)", "must have a number that fits into u32 at character 15"),
      ("u64(bytes,f64=nan)", "must have a number that fits into f64 at character 15"),
      ("u64(bytes,f32=1e39)", "must have a number that fits into f32 at character 15"),
      ("u64(vni:u16,uid)", "must have u32, i32, u64, i64, f32, f64, as a VNI has 24 bits, at character 9"),
      ("u64(vni,uid:u32)", "must have u64, i64, f64, as a uid has 64 bits, at character 13"),
      ("u64(bytes,size:f64)", "must have u8, u16, u32, u64, i8, i16, i32, i64 at character 16"),
      ("u64(vni,uid,vni)", "must have vni only once; it is there again at character 13"),
      ("u64(bytes,out:u64,out:u64)", "must have out only once"),
      ("void(bytes,out)", "must have ':u32' or ':u64' at character 15"),
      ("void(bytes,out:u8)", "must have u32 or u64 at character 16"),
      ("void(bytes,out:u64[17])", "must have a number of 1 to 16 at character 20"),
      ("void(bytes,out:u64[0])", "must have a number of 1 to 16 at character 20"),
      ("void(bytes,out:u64[2)", "must have ']' at character 21"),
      ("u64(bytes,ptr=0)", "must have null at character 15"),
      ("u64(bytes,\"salt)", "must have '\"' at the end of the text that begins at character 11"),
      ("u64(bytes,\"a\0b\")", "must have '\"' at the end of the text that begins at character 11"),
      ("void(bytes)", "must have a number as its result at character 1, or an argument such as out:u64"),
      ("ptr(bytes)", "must have a number as its result at character 1, or an argument such as out:u64"),
      ("u64(uid)", "must pass the VNI"),
      ("u64(vni)", "must pass the gateway's uid"),
      (
        "u64(bytes,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0,u8=0)",
        "must have at most 16 arguments"
      ),
    ])
  func refuses(_ text: String, _ complaint: String) {
    let error = #expect(throws: SignatureComplaint.self) { try ForeignSignature(parsing: text) }
    #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
  }

  @Test("Only what goes through six integer registers is called directly")
  func routes() throws {
    for (text, isDirect) in [
      ("u64(bytes,size,u64=0)", true), ("i8(vni,uid,u8=1,i16=2,ptr=null,\"x\")", true),
      ("void(bytes,out:u64)", true), ("u64(vni,uid,u8=1,u8=2,u8=3,u8=4,u8=5)", false),
      ("f64(vni,uid)", false), ("u64(vni:f32,uid)", false), ("u64(bytes,f64=1)", false),
    ] {
      #expect(try ForeignSignature(parsing: text).fitsDirectCall == isDirect, "\(text)")
    }
  }

  @Test("Results become scores in the order of their type", arguments: NumberType.allCases)
  func order(_ type: NumberType) throws {
    let reading = ScoreReading(try ForeignSignature(parsing: "\(type.rawValue)(bytes)"))
    let numbers: [String] =
      switch type {
      case .u8, .u16, .u32, .u64: ["0", "1", "127", "128", "255"]
      case .i8, .i16, .i32, .i64: ["-128", "-127", "-1", "0", "1", "127"]
      case .f32, .f64: ["-3e38", "-1.5", "-1", "-1e-30", "0", "1e-30", "1", "1.5", "3e38"]
      }
    let scores = try numbers.map { reading.score(try #require(type.word(reading: $0))) }
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("Register bits beyond a narrow result do not count")
  func masks() throws {
    let narrow = ScoreReading(try ForeignSignature(parsing: "u8(bytes)"))
    #expect(narrow.score(0xFFFF_FF07) == 7)
    let signed = ScoreReading(try ForeignSignature(parsing: "i16(bytes)"))
    #expect(signed.score(0xABCD_0000_FFFF_FFFF) == signed.score(0xFFFF))
    #expect(signed.score(0xFFFF) < signed.score(0))
  }

  @Test("NaN is below everything, both zeros are one, the infinities are at the ends")
  func floatingPoint() {
    let infinity = Double.infinity
    #expect(ScoreReading.score(.nan) < ScoreReading.score(-infinity))
    #expect(ScoreReading.score(-Double.nan) == ScoreReading.score(.nan))
    #expect(ScoreReading.score(-infinity) < ScoreReading.score(-.greatestFiniteMagnitude))
    #expect(ScoreReading.score(.greatestFiniteMagnitude) < ScoreReading.score(infinity))
    #expect(ScoreReading.score(-0.0) == ScoreReading.score(0.0))
    #expect(ScoreReading.score(-Double.leastNonzeroMagnitude) < ScoreReading.score(0.0))
    #expect(ScoreReading.score(0.0) < ScoreReading.score(Double.leastNonzeroMagnitude))
  }
}
