// The sentence form of `interact`, for the names that a control usually has. Swift has no way to take
// every name as a label *and* to know the types of the function's arguments: other names, and several
// controls at once, are written `interact(.slider("name", 0...1)) { … }`.

/// Shows a slider over the real numbers of a range, and what a function shows at each threshold.
public func interact<Result>(
  threshold range: ClosedRange<Double>, step: Double? = nil,
  body: @escaping (Double) throws -> Result
) { interact(.slider("threshold", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each temperature.
public func interact<Result>(
  temperature range: ClosedRange<Double>, step: Double? = nil,
  body: @escaping (Double) throws -> Result
) { interact(.slider("temperature", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each confidence.
public func interact<Result>(
  confidence range: ClosedRange<Double>, step: Double? = nil,
  body: @escaping (Double) throws -> Result
) { interact(.slider("confidence", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each budget.
public func interact<Result>(
  budget range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("budget", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each alpha.
public func interact<Result>(
  alpha range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("alpha", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each beta.
public func interact<Result>(
  beta range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("beta", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each scale.
public func interact<Result>(
  scale range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("scale", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each noise.
public func interact<Result>(
  noise range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("noise", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each rate.
public func interact<Result>(
  rate range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("rate", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each quantile.
public func interact<Result>(
  quantile range: ClosedRange<Double>, step: Double? = nil,
  body: @escaping (Double) throws -> Result
) { interact(.slider("quantile", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each x.
public func interact<Result>(
  x range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("x", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each y.
public func interact<Result>(
  y range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("y", range, step: step), body: body) }

/// Shows a slider over the real numbers of a range, and what a function shows at each t.
public func interact<Result>(
  t range: ClosedRange<Double>, step: Double? = nil, body: @escaping (Double) throws -> Result
) { interact(.slider("t", range, step: step), body: body) }
