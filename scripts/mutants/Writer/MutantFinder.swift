import SwiftSyntax

/// Finds what can be changed in one file, and how the file is written so that each change can be switched on.
///
/// Every condition becomes always true and always false; `<` becomes `<=` and so on; `==` in a closure or a value is
/// turned over, and so are literals; `+` and `-`, `min` and `max` take each other's place.
final class MutantFinder: SyntaxVisitor {
  private let file: String
  private let converter: SourceLocationConverter
  /// Mutants, by number, that the compiler does not take.
  private let refused: Set<Int>
  private(set) var mutants: [Mutant] = []
  private(set) var edits: [Edit] = []
  private var next: Int
  private var conditions: Set<SyntaxIdentifier> = []

  init(_ tree: SourceFileSyntax, file: String, first: Int, refused: Set<Int>) {
    self.file = file
    self.refused = refused
    converter = SourceLocationConverter(fileName: file, tree: tree)
    next = first
    super.init(viewMode: .sourceAccurate)
    walk(tree)
  }

  // MARK: Conditions

  override func visit(_ node: ConditionElementSyntax) -> SyntaxVisitorContinueKind {
    if case .expression(let condition) = node.condition { noteCondition(condition) }
    return .visitChildren
  }

  override func visit(_ node: WhereClauseSyntax) -> SyntaxVisitorContinueKind {
    noteCondition(node.condition)
    return .visitChildren
  }

  override func visit(_ node: TernaryExprSyntax) -> SyntaxVisitorContinueKind {
    noteCondition(node.condition)
    return .visitChildren
  }

  /// What `&&` and `||` connect is changed, not the whole: that says more.
  private func noteCondition(_ expression: ExprSyntax) {
    if let tuple = expression.as(TupleExprSyntax.self), tuple.elements.count == 1,
      let inner = tuple.elements.first?.expression
    {
      return noteCondition(inner)
    }
    if let infix = expression.as(InfixOperatorExprSyntax.self), ["&&", "||"].contains(infix.name) { return }
    guard conditions.insert(expression.id).inserted else { return }
    // The simulation's negative controls switch these on.
    guard !expression.trimmedDescription.contains("deliberateFaults") else { return }
    let text = expression.oneLine
    wrap(expression, "mutantCondition", ["\(text): always true", "\(text): always false"])
  }

  // MARK: Operators

  override func visit(_ node: InfixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    guard let name = node.name else { return .visitChildren }
    let text = node.oneLine
    switch name {
    case "&&", "||":
      noteCondition(node.leftOperand)
      noteCondition(node.rightOperand)
    case "<", "<=", ">", ">=":
      turnOverUnlessCondition(node)
      let helpers = ["<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual"]
      let others = ["<": "<=", "<=": "<", ">": ">=", ">=": ">"]
      replace(node, "mutant\(helpers[name] ?? "")", "\(text): \(others[name] ?? "")")
    case "==", "!=":
      turnOverUnlessCondition(node)
    case "+": replace(node, "mutantSum", "\(text): - or without what is added")
    case "-": replace(node, "mutantDifference", "\(text): + or turned round")
    case "+=": replace(node, "mutantAddition", "\(text): -= or not at all", isInout: true)
    case "-=": replace(node, "mutantSubtraction", "\(text): +=", isInout: true)
    default: break
    }
    return .visitChildren
  }

  override func visit(_ node: PrefixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    if node.operator.text == "!", !conditions.contains(node.id) {
      wrap(ExprSyntax(node), "mutantTruth", ["\(node.oneLine): turned over"])
    }
    return .visitChildren
  }

  override func visit(_ node: BooleanLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    // How much memory is kept is no behaviour.
    let isCapacity = node.parent?.as(LabeledExprSyntax.self)?.label?.text == "keepingCapacity"
    if !conditions.contains(node.id), !isCapacity {
      wrap(ExprSyntax(node), "mutantTruth", ["\(node.parent?.oneLine ?? node.oneLine): turned over"])
    }
    return .visitChildren
  }

  override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
    guard let name = node.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName,
      ["min", "max"].contains(name.text), node.arguments.count == 2
    else { return .visitChildren }
    let helper = name.text == "min" ? "mutantMinimum" : "mutantMaximum"
    let other = name.text == "min" ? "max" : "min"
    add(
      node,
      ["\(node.oneLine): \(other)"],
      [
        Edit(at: name.positionAfterSkippingLeadingTrivia, remove: name.trimmedLength, insert: helper),
        Edit(at: node.arguments.positionAfterSkippingLeadingTrivia, insert: "\(next), ", rank: .min),
      ])
    return .visitChildren
  }

  // MARK: Edits

  private func turnOverUnlessCondition(_ node: InfixOperatorExprSyntax) {
    guard !conditions.contains(node.id) else { return }
    wrap(ExprSyntax(node), "mutantTruth", ["\(node.oneLine): turned over"])
  }

  private func wrap(_ node: ExprSyntax, _ helper: String, _ changes: [String]) {
    let length = node.trimmedLength.utf8Length
    add(
      node, changes,
      [
        Edit(at: node.positionAfterSkippingLeadingTrivia, insert: "\(helper)(\(next), ", rank: -length),
        Edit(at: node.endPositionBeforeTrailingTrivia, insert: ")", rank: length),
      ])
  }

  private func replace(
    _ node: InfixOperatorExprSyntax, _ helper: String, _ change: String, isInout: Bool = false
  ) {
    let length = node.trimmedLength.utf8Length
    let start = "\(helper)(\(next), \(isInout ? "&" : "")"
    add(
      node, [change],
      [
        Edit(at: node.positionAfterSkippingLeadingTrivia, insert: start, rank: -length),
        Edit(
          at: node.operator.positionAfterSkippingLeadingTrivia, remove: node.operator.trimmedLength,
          insert: ","),
        Edit(at: node.endPositionBeforeTrailingTrivia, insert: ")", rank: length),
      ])
  }

  private func add(_ node: some SyntaxProtocol, _ changes: [String], _ edits: [Edit]) {
    let numbers = next..<(next + changes.count)
    next += changes.count
    guard refused.isDisjoint(with: numbers) else { return }
    let line = converter.location(for: node.positionAfterSkippingLeadingTrivia).line
    for (number, change) in zip(numbers, changes) {
      mutants.append(Mutant(number: number, file: file, line: line, change: change))
    }
    self.edits += edits
  }

  /// The first number that is free behind this file's.
  var nextNumber: Int { next }
}

extension InfixOperatorExprSyntax {
  var name: String? { self.operator.as(BinaryOperatorExprSyntax.self)?.operator.text }
}

extension SyntaxProtocol {
  /// The text in one line.
  var oneLine: String {
    trimmedDescription.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
