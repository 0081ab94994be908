/// The interfaces of a namespace, by index and by name, as the kernel's messages make them.
///
/// An interface that was deleted and made again has the same name and a new index; one that was renamed has the same
/// index and a new name. Both look-ups follow.
public struct LinkTable {
  private var links: [Int32: Link] = [:]
  private var indexes: [String: Int32] = [:]

  /// A table of these interfaces.
  public init(_ links: some Sequence<Link> = EmptyCollection()) {
    for link in links { update(link) }
  }

  /// How many interfaces there are.
  public var count: Int { links.count }
  /// All interfaces, in no order.
  public var all: some Collection<Link> { links.values }

  /// The interface with this index.
  public subscript(index: Int32) -> Link? { links[index] }

  /// The interface that has this name now.
  public subscript(name: String) -> Link? { indexes[name].flatMap { links[$0] } }

  /// Takes in what an interface is like now. Returns what it was before.
  @discardableResult
  public mutating func update(_ link: Link) -> Link? {
    let previous = links.updateValue(link, forKey: link.index)
    if let previous, previous.name != link.name { forget(name: previous.name, of: link.index) }
    indexes[link.name] = link.index
    return previous
  }

  /// Takes an interface out. Returns what it was.
  @discardableResult
  public mutating func remove(index: Int32) -> Link? {
    guard let removed = links.removeValue(forKey: index) else { return nil }
    forget(name: removed.name, of: index)
    return removed
  }

  private mutating func forget(name: String, of index: Int32) {
    // Another interface may have taken the name in the meantime.
    if indexes[name] == index { indexes[name] = nil }
  }
}
