import Foundation
import SwiftOperators
import SwiftParser
import SwiftSyntax

// write-mutants FROM TO [NUMBER…]: writes each Swift file of one folder to the other with all mutants compiled in, but
// those NUMBERs that the compiler does not take; prints the mutants.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("usage: write-mutants FROM TO [NUMBER...]\n".utf8))
  exit(64)
}
let from = URL(fileURLWithPath: arguments[1])
let to = URL(fileURLWithPath: arguments[2])
let refused = Set(arguments.dropFirst(3).compactMap { Int($0) })
let names = try FileManager.default.contentsOfDirectory(atPath: from.path).sorted()
var next = 1
// What only the simulation asks, to look for what grows, decides nothing.
let observation = "GatewayCore+Observation.swift"
for name in names where name.hasSuffix(".swift") {
  let source = try String(contentsOf: from.appendingPathComponent(name), encoding: .utf8)
  let folded = OperatorTable.standardOperators.foldAll(Parser.parse(source: source)) { _ in }
  guard let tree = folded.as(SourceFileSyntax.self) else { continue }
  let finder = MutantFinder(tree, file: name, first: next, refused: refused)
  let isObservation = name == observation
  if !isObservation { next = finder.nextNumber }
  for mutant in finder.mutants where !isObservation {
    print("\(mutant.number)\t\(mutant.file):\(mutant.line)\t\(mutant.change)")
  }
  let text = Edit.apply(isObservation ? [] : finder.edits, to: source)
  let place = to.appendingPathComponent(name)
  // What is as it was is not built again.
  if text != (try? String(contentsOf: place, encoding: .utf8)) {
    try text.write(to: place, atomically: true, encoding: .utf8)
  }
}
