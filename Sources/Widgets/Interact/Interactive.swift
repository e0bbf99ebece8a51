/// A control and the output of a function of its value, to show where one likes and to ask for the
/// last result.
public func interactive<A, Result>(
  _ a: Control<A>,
  manual: Bool = false, body: @escaping (A) throws -> Result
) -> Interaction<Result> {
  Interaction([a], manual: manual) { try body(a.value) }.started()
}

/// Two controls and the output of a function of their values.
public func interactive<A, B, Result>(
  _ a: Control<A>, _ b: Control<B>,
  manual: Bool = false, body: @escaping (A, B) throws -> Result
) -> Interaction<Result> {
  Interaction([a, b], manual: manual) { try body(a.value, b.value) }.started()
}

/// Three controls and the output of a function of their values.
public func interactive<A, B, C, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>,
  manual: Bool = false, body: @escaping (A, B, C) throws -> Result
) -> Interaction<Result> {
  Interaction([a, b, c], manual: manual) { try body(a.value, b.value, c.value) }.started()
}

/// Four controls and the output of a function of their values.
public func interactive<A, B, C, D, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>, _ d: Control<D>,
  manual: Bool = false, body: @escaping (A, B, C, D) throws -> Result
) -> Interaction<Result> {
  Interaction([a, b, c, d], manual: manual) { try body(a.value, b.value, c.value, d.value) }
    .started()
}

/// Five controls and the output of a function of their values.
public func interactive<A, B, C, D, E, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>, _ d: Control<D>, _ e: Control<E>,
  manual: Bool = false, body: @escaping (A, B, C, D, E) throws -> Result
) -> Interaction<Result> {
  Interaction([a, b, c, d, e], manual: manual) {
    try body(a.value, b.value, c.value, d.value, e.value)
  }.started()
}

/// Six controls and the output of a function of their values.
public func interactive<A, B, C, D, E, F, Result>(
  _ a: Control<A>, _ b: Control<B>, _ c: Control<C>, _ d: Control<D>, _ e: Control<E>,
  _ f: Control<F>,
  manual: Bool = false, body: @escaping (A, B, C, D, E, F) throws -> Result
) -> Interaction<Result> {
  Interaction([a, b, c, d, e, f], manual: manual) {
    try body(a.value, b.value, c.value, d.value, e.value, f.value)
  }.started()
}
