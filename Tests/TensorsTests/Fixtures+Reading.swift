import Tensors
import Testing

/// The stored numbers by name; see Tests/fixtures/tensors.py, operations.py and precision.py.
let fixtures: [String: [Float]] = {
  var result: [String: [Float]] = [:]
  var name = ""
  for line in [fixtureText, operationFixtureText, precisionFixtureText].joined(separator: "\n")
    .split(separator: "\n")
  {
    var numbers = line
    if let colon = line.firstIndex(of: ":") {
      name = String(line[..<colon].drop { $0 == " " })
      numbers = line[line.index(after: colon)...]
    }
    result[name, default: []] += numbers.split(separator: " ").compactMap { Float(String($0)) }
  }
  return result
}()

/// The same numbers as `pattern` in Tests/fixtures/tensors.py: multiples of 1/1024 in −1...1.
func pattern(_ seed: Int, _ shape: Shape) -> Tensor {
  Tensor(shape: shape) { buffer in
    for i in buffer.indices {
      let hash = (((i + 1) * 40503 + seed * 9973) * 2_654_435_761) >> 7
      let value = Double(hash % 4001) / 2000 - 1
      buffer[i] = Float((value * 1024).rounded(.toNearestOrEven) / 1024)
    }
  }
}

/// Fails unless the tensor holds the stored numbers, to a few units in the last place of their size.
func expect(
  _ tensor: Tensor?, matches name: String, tolerance: Float = 2e-5,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let expected = try #require(fixtures[name], "no fixture \(name)", sourceLocation: sourceLocation)
  let got = try #require(tensor, "no value for \(name)", sourceLocation: sourceLocation).scalars
  #expect(got.count == expected.count, "\(name)", sourceLocation: sourceLocation)
  let scale = max(1, expected.map(abs).max() ?? 1)
  let worst = zip(got, expected).map { abs($0 - $1) }.max() ?? 0
  #expect(worst <= tolerance * scale, "\(name) differs by \(worst)", sourceLocation: sourceLocation)
}

/// The gradients of Σ output · pattern(99) with respect to the inputs, and the output.
func gradients(
  _ inputs: [Tensor], of body: ([Tensor]) throws -> Tensor
) throws -> (output: Tensor, gradients: [Tensor?]) {
  let parameters = inputs.enumerated().map { Parameter($1, name: "input \($0)") }
  let tape = Tape()
  let output = try body(parameters.map(tape.watch))
  let loss = try (output * pattern(99, output.shape)).sum()
  let table = try tape.gradients(of: loss)
  return (output, parameters.map { table[$0] })
}
