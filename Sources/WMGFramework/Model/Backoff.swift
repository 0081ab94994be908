extension Duration {
  /// How long to wait after so many attempts in vain (1 or more) before the next: 1, 2, 4 … 60 s.
  package static func backoff(_ attempts: Int) -> Duration {
    .seconds(min(60, 1 << min(max(attempts, 1) - 1, 6)))
  }
}
