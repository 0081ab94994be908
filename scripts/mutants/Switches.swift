import Glibc

// Compiled into the copy of the core: what each mutant does when it is the one that MUTANT names.

private let mutant = getenv("MUTANT").flatMap { Int(String(cString: $0)) } ?? 0

func mutantCondition(_ number: Int, _ value: Bool) -> Bool {
  mutant == number ? true : mutant == number + 1 ? false : value
}

func mutantTruth(_ number: Int, _ value: Bool) -> Bool { (mutant == number) != value }

func mutantLess<Value: Comparable>(_ number: Int, _ one: Value, _ other: Value) -> Bool {
  mutant == number ? one <= other : one < other
}

func mutantLessOrEqual<Value: Comparable>(_ number: Int, _ one: Value, _ other: Value) -> Bool {
  mutant == number ? one < other : one <= other
}

func mutantGreater<Value: Comparable>(_ number: Int, _ one: Value, _ other: Value) -> Bool {
  mutant == number ? one >= other : one > other
}

func mutantGreaterOrEqual<Value: Comparable>(_ number: Int, _ one: Value, _ other: Value) -> Bool {
  mutant == number ? one > other : one >= other
}

func mutantMinimum<Value: Comparable>(_ number: Int, _ one: Value, _ other: Value) -> Value {
  mutant == number ? max(one, other) : min(one, other)
}

func mutantMaximum<Value: Comparable>(_ number: Int, _ one: Value, _ other: Value) -> Value {
  mutant == number ? min(one, other) : max(one, other)
}

// MARK: Sums

func mutantSum<Value: AdditiveArithmetic>(_ number: Int, _ one: Value, _ other: Value) -> Value {
  mutant == number ? one - other : one + other
}

func mutantSum(_ number: Int, _ instant: MonotonicInstant, _ duration: Duration) -> MonotonicInstant {
  mutant == number ? instant - duration : instant + duration
}

func mutantSum<Element>(_ number: Int, _ one: [Element], _ other: [Element]) -> [Element] {
  mutant == number ? one : one + other
}

func mutantDifference<Value: AdditiveArithmetic>(_ number: Int, _ one: Value, _ other: Value) -> Value {
  mutant == number ? one + other : one - other
}

func mutantDifference(
  _ number: Int, _ instant: MonotonicInstant, _ duration: Duration
) -> MonotonicInstant {
  mutant == number ? instant + duration : instant - duration
}

func mutantDifference(_ number: Int, _ one: MonotonicInstant, _ other: MonotonicInstant) -> Duration {
  mutant == number ? other - one : one - other
}

func mutantAddition<Value: AdditiveArithmetic>(_ number: Int, _ sum: inout Value, _ other: Value) {
  if mutant == number { sum -= other } else { sum += other }
}

func mutantAddition<Element>(_ number: Int, _ all: inout [Element], _ others: some Sequence<Element>) {
  if mutant != number { all += others }
}

func mutantSubtraction<Value: AdditiveArithmetic>(_ number: Int, _ sum: inout Value, _ other: Value) {
  if mutant == number { sum += other } else { sum -= other }
}
