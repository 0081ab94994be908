public import WMGFramework

/// Who shall own which VNIs, in order of preference: `1-100=11,12;200=13`.
public struct OwnerTable: Hashable, Sendable {
  /// A range of VNIs and its owners, the preferred one first.
  public struct Entry: Hashable, Sendable {
    /// The VNIs.
    public let vnis: ClosedRange<VNI>
    /// The uids, at least one, each once.
    public let owners: [GatewayID]
  }

  /// In ascending order, without overlaps; neighbours with the same owners are one entry.
  public let entries: [Entry]

  /// Reads entries with semicolons between them: a VNI set, an equals sign, uids with commas. The empty text is the
  /// empty table.
  ///
  /// - Throws: `OwnerTableError`.
  public init(parsing text: String) throws(OwnerTableError) {
    var entries: [Entry] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: false) where !text.isEmpty {
      entries += try Self.entries(part)
    }
    entries.sort { $0.vnis.lowerBound < $1.vnis.lowerBound }
    for (entry, next) in zip(entries, entries.dropFirst()) where entry.vnis.upperBound >= next.vnis.lowerBound
    {
      throw .overlap(next.vnis.lowerBound)
    }
    self.entries = Self.merged(entries)
  }

  /// The table as one would write it; the same for tables that mean the same.
  public var text: String {
    entries.map { entry in
      let owners = entry.owners.map(\.description).joined(separator: ",")
      return "\(VNISet(entry.vnis))=\(owners)"
    }.joined(separator: ";")
  }

  private static func entries(_ part: Substring) throws(OwnerTableError) -> [Entry] {
    let sides = part.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else { throw .notAnEntry(String(part)) }
    let vnis: VNISet
    do {
      vnis = try VNISet(parsing: sides[0])
    } catch {
      throw .notVNIs(error)
    }
    var owners: [GatewayID] = []
    for text in sides[1].split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = UInt64(text), let owner = GatewayID(rawValue: number) else {
        throw .notAUID(String(text))
      }
      guard !owners.contains(owner) else { throw .repeated(owner, String(part)) }
      owners.append(owner)
    }
    return vnis.ranges.map { Entry(vnis: $0, owners: owners) }
  }

  private static func merged(_ sorted: [Entry]) -> [Entry] {
    var result: [Entry] = []
    for entry in sorted {
      if let last = result.last, last.owners == entry.owners,
        last.vnis.upperBound.rawValue + 1 == entry.vnis.lowerBound.rawValue
      {
        result[result.count - 1] = Entry(
          vnis: last.vnis.lowerBound...entry.vnis.upperBound, owners: entry.owners)
      } else {
        result.append(entry)
      }
    }
    return result
  }
}

/// Why a text is not a table of owners.
public enum OwnerTableError: Error, Equatable, CustomStringConvertible {
  /// This part is not VNIs, an equals sign and uids.
  case notAnEntry(String)
  /// What stands before an equals sign is not a VNI set.
  case notVNIs(VNISetError)
  /// This is not a uid.
  case notAUID(String)
  /// This uid is twice among the owners of one entry.
  case repeated(GatewayID, String)
  /// This VNI is in two entries.
  case overlap(VNI)

  /// One line: what is wrong and what is right.
  public var description: String {
    switch self {
    case .notAnEntry(let text):
      "takes entries such as 1-100=11,12 with semicolons between them; '\(text)' is none"
    case .notVNIs(let error):
      "takes VNIs before each '=': \(error)"
    case .notAUID(let text):
      "takes uids from 1 to \(UInt64.max) after each '='; '\(text)' is none"
    case .repeated(let owner, let text):
      "takes each uid once per entry; \(owner) is twice in '\(text)'"
    case .overlap(let vni):
      "takes each VNI once; \(vni) is in two entries"
    }
  }
}
