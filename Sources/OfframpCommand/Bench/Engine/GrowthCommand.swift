import ArgumentParser
import Datasets
import Networks
import Tensors

/// `offramp bench growth`.
struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Show how time and memory of training grow with the batch, the depth and the data.",
    discussion: """
      CIFAR's ResNets with an exit after each stage, a step at a time; then epochs over more and more \
      letters. Where growth is linear, the time of a multiply-add or an image and the memory of an image \
      stay as they are.
      """)

  @Option(name: .long, help: "How often each step is timed.")
  var runs = 5

  func validate() throws {
    guard runs >= 1 else { throw ValidationError("--runs is \(runs); it must be at least 1.") }
  }

  func run() throws {
    try BenchCommand.waitPassively()
    let bare = ProcessMemory.current
    print("depth  batch   ms a step   ms an image   ns a 1000 multiply-adds       MB   MB an image")
    for batch in [32, 64, 128, 256] { try measure(depth: 20, batch: batch, bare) }
    for depth in [32, 56, 110] { try measure(depth: depth, batch: 64, bare) }
    print("\nimages    s an epoch   ms an image       MB")
    for images in [2000, 4000, 8000, 16_000, 32_000] { try measure(images: images, bare) }
  }

  /// Epochs over letters, loading included.
  private func measure(images: Int, _ bare: ProcessMemory) throws {
    StoragePool.release()
    ProcessMemory.forgetPeak()
    let data = try Dataset.glyphs(count: images, validation: 0, test: 0)
    let loader = try BatchLoader(data.train, batch: 64, seed: 1)
    let model = try Model(
      .resNet(depth: 8, classes: data.classes, input: data.shape, width: 4), seed: 0)
    var step = TrainingStep(model: model)
    let time = try BenchRow.median(warm: 1, runs: max(1, runs / 2)) {
      while let batch = loader.next() { try step.run(batch.images, batch.labels) }
    }
    let memory = (ProcessMemory.peak - bare).megabytes
    let columns = [
      (Double(images), 0, 6), (time / 1000, 2, 14), (time / Double(images), 4, 14), (memory, 1, 9),
    ]
    print(columns.map { $0.fixed($1).aligned(to: $2) }.joined())
  }

  private func measure(depth: Int, batch: Int, _ bare: ProcessMemory) throws {
    StoragePool.release()
    ProcessMemory.forgetPeak()
    let model = try Model(.resNet(depth: depth, classes: 10), seed: 0)
    var random = Random(seed: 1)
    let images = Tensor.normal(shape: [batch, 32, 32, 3], using: &random)
    let labels = (0..<batch).map { Int32($0 % 10) }
    var step = TrainingStep(model: model)
    let time = try BenchRow.median(warm: 2, runs: runs) { try step.run(images, labels) }
    let memory = (ProcessMemory.peak - bare).megabytes
    let calls = try EngineCall.recorded { try step.run(images, labels) }
    let work = calls.reduce(0) { $0 + $1.multiplyAdds }
    let columns = [
      (Double(depth), 0, 5), (Double(batch), 0, 7), (time, 1, 12), (time / Double(batch), 3, 14),
      (time * 1e9 / Double(work), 2, 26), (memory, 1, 9), (memory / Double(batch), 2, 14),
    ]
    print(columns.map { $0.fixed($1).aligned(to: $2) }.joined())
  }
}

extension Double {
  /// With so many digits after the point.
  fileprivate func fixed(_ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = "\(Int((self * scale).rounded()))"
    guard digits > 0 else { return whole }
    let padded = String(repeating: "0", count: Swift.max(0, digits + 1 - whole.count)) + whole
    return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}

extension String {
  fileprivate func aligned(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(1, width - count)) + self
  }
}
