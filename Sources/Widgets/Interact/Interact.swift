/// Shows a control, and below it what a function of its value displays, prints and returns; again
/// whenever the user moves it.
///
/// ```swift
/// interact(.slider("threshold", 0...1), .dropdown("run", runs)) { threshold, run in
///   run.outcome(threshold: threshold)
/// }
/// ```
/// An error that the function throws is shown in the place of its result. Where the function takes
/// long, the controls are shown at once, and what it shows follows.
///
/// - Parameters:
///   - a: A slider, a list, a box to tick, …: one for each argument of the function.
///   - manual: Waits until the user presses a button, for functions that take long.
///   - body: The function.
public func interact<A, Result>(
  _ a: Control<A>,
  manual: Bool = false, body: @escaping (A) throws -> Result
) {
  Interaction([a], manual: manual) {
    try body(a.value)
  }.show()
}

/// Shows two controls and what a function of their values shows, again whenever one moves.
public func interact<A, B, Result>(
  _ a: Control<A>, _ b: Control<B>,
  manual: Bool = false, body: @escaping (A, B) throws -> Result
) {
  Interaction([a, b], manual: manual) {
    try body(a.value, b.value)
  }.show()
}

/// Shows three controls and what a function of their values shows, again whenever one moves.
public func interact<A, B, C, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>,
  manual: Bool = false, body: @escaping (A, B, C) throws -> Result
) {
  Interaction([a, b, c], manual: manual) {
    try body(a.value, b.value, c.value)
  }.show()
}

/// Shows four controls and what a function of their values shows, again whenever one moves.
public func interact<A, B, C, D, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>, _ d: Control<D>,
  manual: Bool = false, body: @escaping (A, B, C, D) throws -> Result
) {
  Interaction([a, b, c, d], manual: manual) {
    try body(a.value, b.value, c.value, d.value)
  }.show()
}

/// Shows five controls and what a function of their values shows, again whenever one moves.
public func interact<A, B, C, D, E, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>, _ d: Control<D>, _ e: Control<E>,
  manual: Bool = false, body: @escaping (A, B, C, D, E) throws -> Result
) {
  Interaction([a, b, c, d, e], manual: manual) {
    try body(a.value, b.value, c.value, d.value, e.value)
  }.show()
}

/// Shows six controls and what a function of their values shows, again whenever one moves.
public func interact<A, B, C, D, E, F, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>, _ d: Control<D>, _ e: Control<E>,
  _ f: Control<F>,
  manual: Bool = false, body: @escaping (A, B, C, D, E, F) throws -> Result
) {
  Interaction([a, b, c, d, e, f], manual: manual) {
    try body(a.value, b.value, c.value, d.value, e.value, f.value)
  }.show()
}
