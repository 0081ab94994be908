/// One change of the core, compiled in beside what it changes, under a number.
struct Mutant {
  let number: Int
  /// The file's name.
  let file: String
  let line: Int
  /// What it makes of what: `now >= until: always true`.
  let change: String
}
