// The sentence form of `interact` for a choice of values, and for yes or no.

/// Shows a list to choose from, and what a function shows for each run.
public func interact<Value, Result>(
  run options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("run", options), body: body) }

/// Shows a list to choose from, and what a function shows for each model.
public func interact<Value, Result>(
  model options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("model", options), body: body) }

/// Shows a list to choose from, and what a function shows for each method.
public func interact<Value, Result>(
  method options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("method", options), body: body) }

/// Shows a list to choose from, and what a function shows for each regime.
public func interact<Value, Result>(
  regime options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("regime", options), body: body) }

/// Shows a list to choose from, and what a function shows for each network.
public func interact<Value, Result>(
  network options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("network", options), body: body) }

/// Shows a list to choose from, and what a function shows for each dataset.
public func interact<Value, Result>(
  dataset options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("dataset", options), body: body) }

/// Shows a list to choose from, and what a function shows for each criterion.
public func interact<Value, Result>(
  criterion options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("criterion", options), body: body) }

/// Shows a list to choose from, and what a function shows for each name.
public func interact<Value, Result>(
  name options: [Value], body: @escaping (Value) throws -> Result
) { interact(.dropdown("name", options), body: body) }
