// The sentence form of `interact` for whole numbers.

/// Shows a slider over the whole numbers of a range, and what a function shows at each exit.
public func interact<Result>(
  exit range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("exit", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each epoch.
public func interact<Result>(
  epoch range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("epoch", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each k.
public func interact<Result>(
  k range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("k", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each n.
public func interact<Result>(
  n range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("n", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each index.
public func interact<Result>(
  index range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("index", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each sample.
public func interact<Result>(
  sample range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("sample", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each seed.
public func interact<Result>(
  seed range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("seed", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each patience.
public func interact<Result>(
  patience range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("patience", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each depth.
public func interact<Result>(
  depth range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("depth", range, step: step), body: body) }

/// Shows a slider over the whole numbers of a range, and what a function shows at each width.
public func interact<Result>(
  width range: ClosedRange<Int>, step: Int = 1, body: @escaping (Int) throws -> Result
) { interact(.intSlider("width", range, step: step), body: body) }
